# What stands in for the images of nginx and PostgreSQL where there is no registry: Debian's own
# packages, which read the same settings. `verify_image.sh` builds both under the real names.
ARG PYTHON=python:3.13-slim-trixie
# hadolint ignore=DL3006
FROM ${PYTHON} AS nginx
# hadolint ignore=DL3008
RUN apt-get update && \
    apt-get install -y --no-install-recommends nginx netcat-openbsd && \
    rm -rf /var/lib/apt/lists/*
USER 33
CMD ["nginx", "-g", "daemon off;"]

# hadolint ignore=DL3006
FROM ${PYTHON} AS postgres
# hadolint ignore=DL3008
RUN useradd --system --uid 999 postgres && \
    apt-get update && \
    apt-get install -y --no-install-recommends postgresql-common && \
    echo "create_main_cluster = false" >/etc/postgresql-common/createcluster.conf && \
    apt-get install -y --no-install-recommends postgresql-17 && \
    rm -rf /var/lib/apt/lists/* && \
    install -d -o postgres -m 700 /var/lib/postgresql/data && \
    install -d -o postgres -m 3777 /var/run/postgresql
COPY postgres.sh /postgres.sh
ENV PATH=/usr/lib/postgresql/17/bin:$PATH
VOLUME /var/lib/postgresql/data
USER 999
CMD ["sh", "/postgres.sh"]
