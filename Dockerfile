# The bot without a root account, a compiler or pip: docker build -t comfycord .
FROM python:3.13-slim AS build
WORKDIR /source
COPY deploy/build-requirements.txt deploy/requirements.txt deploy/
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r deploy/build-requirements.txt
RUN python -m venv --without-pip /opt/comfycord \
    && python -m pip --python /opt/comfycord/bin/python install --no-cache-dir --require-hashes --only-binary :all: \
        -r deploy/requirements.txt
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
COPY cogs cogs
COPY workflows workflows
RUN python -m pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /wheels . \
    && python -m pip --python /opt/comfycord/bin/python install --no-cache-dir --no-deps --no-index --compile /wheels/*.whl

FROM python:3.13-slim
# Debian's packages to put in besides, for instance "ffmpeg" (videos and sounds that are too large for Discord are made
# smaller) and "fonts-wqy-microhei" (Chinese labels on the sheets of /compare).
ARG PACKAGES=""
# hadolint ignore=DL3008,SC2086
RUN if [ -n "$PACKAGES" ]; then \
        apt-get update && apt-get install --yes --no-install-recommends $PACKAGES && rm -rf /var/lib/apt/lists/*; \
    fi \
    && python -m pip uninstall --yes --root-user-action ignore pip \
    && useradd --system --uid 10001 --user-group --home-dir /var/lib/comfycord --create-home --shell /usr/sbin/nologin comfycord \
    && install --directory --mode 0700 --owner comfycord --group comfycord /var/lib/comfycord/data
COPY --from=build /opt/comfycord /opt/comfycord
ENV PATH="/opt/comfycord/bin:$PATH" PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1
USER 10001:10001
# Relative paths of the settings begin here: the ledger is data/comfycord.db, your own workflows are in workflows/.
WORKDIR /var/lib/comfycord
# whether its event loop turns; who sets METRICS_LISTEN leaves the port as it is
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s \
    CMD ["python", "-c", "import urllib.request as it; it.urlopen('http://127.0.0.1:9464/healthz', timeout=3)"]
ENTRYPOINT ["comfycord"]
CMD ["run"]
