# Python and Debian are pinned by name; a digest pins the bytes as well (docs/dependencies.md):
#   docker build --build-arg PYTHON=python:3.13-slim-trixie@sha256:… .
ARG PYTHON=python:3.13-slim-trixie

FROM ${PYTHON} AS packages
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
WORKDIR /app
COPY requirements.lock .
# Wheels whose hashes are in the lock, and nothing else: no build runs, and no pip comes along.
RUN python -m venv --without-pip /venv && \
    python -m pip --python /venv/bin/python install \
        --require-hashes --only-binary :all: --no-deps -r requirements.lock && \
    find /venv -type d -name tests -path '*/site-packages/*' -prune -exec rm -rf {} + && \
    rm -rf /venv/lib/python3*/site-packages/pyarrow/include requirements.lock
COPY streamlit_app.py ./
COPY .streamlit .streamlit
COPY core core
COPY pages pages
# The root is read-only where it runs, so what Python would keep for a faster start is made here.
RUN python -m compileall -q core pages streamlit_app.py

FROM ${PYTHON}
LABEL org.opencontainers.image.title="Turnsmith" \
      org.opencontainers.image.description="An editor for the chapters of an investment game for children" \
      org.opencontainers.image.licenses="MIT"
# Hangul and emoji for the PDF of a chapter; the serif faces would be half of the size.
# Debian's own versions move with its security fixes, so they are not pinned.
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install -y --no-install-recommends fonts-noto-cjk fonts-noto-color-emoji && \
    rm -rf /var/lib/apt/lists/* /var/cache/* /var/log/* \
        /usr/share/fonts/opentype/noto/NotoSerifCJK-* \
        /usr/local/bin/pip* /usr/local/lib/python3*/site-packages/pip* \
        /usr/local/lib/python3*/ensurepip && \
    useradd --uid 10001 --no-create-home --shell /usr/sbin/nologin turnsmith && \
    install -d -o 10001 -m 700 /data && \
    find / -xdev -perm /6000 -type f -exec chmod a-s {} +
COPY --from=packages /venv /venv
COPY --from=packages /app /app
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOME=/tmp \
    DATA_DIR=/data \
    STREAMLIT_BROWSER_SERVER_ADDRESS=localhost
USER 10001
VOLUME /data
EXPOSE 8501
STOPSIGNAL SIGTERM
# By hand, not by urllib: a proxy of the environment is not asked for this machine's own address.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --start-interval=1s --retries=3 \
    CMD ["python", "-c", "import http.client as h, sys; c = h.HTTPConnection('127.0.0.1', 8501, timeout=2); c.request('GET', '/health'); sys.exit(c.getresponse().status != 200)"]
# On its own loopback, closed, unless STREAMLIT_SERVER_ADDRESS=0.0.0.0 is given, as compose.yaml does.
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py"]
