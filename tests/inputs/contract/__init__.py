"""What every place for blobs must do. A place's tests subclass :class:`BlobsContract` and give it two fixtures: ``blobs``,
empty and with room for :data:`tests.inputs.contract.sample.ROOM_BYTES`, and ``clock``, by which it measures.
"""

from tests.inputs.contract.keeping import KeepingContract
from tests.inputs.contract.room import RoomContract
from tests.inputs.contract.sweeping import SweepingContract


class BlobsContract(KeepingContract, RoomContract, SweepingContract):
    pass
