"""What can be seen of the running bot from outside: figures, and whether it is alive and ready.

It observes and changes nothing. What a figure says of a job is read off the calls to the ledger, through which everything
goes that happens to one; so a worker without Discord and a bot without a ComfyUI are observed alike.
"""
