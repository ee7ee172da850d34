# One image for the web process and the scheduler; what is only needed to build stays in the first stage.
FROM python:3.13-slim AS build
WORKDIR /src
RUN python -m venv /opt/ronde
ENV PATH=/opt/ronde/bin:$PATH PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt requirements-npm.txt ./
RUN pip install --require-hashes --no-deps -r requirements.txt \
 && python -m venv /opt/npm && /opt/npm/bin/pip install --require-hashes --no-deps -r requirements-npm.txt
COPY package.json package-lock.json .npmrc ./
RUN PATH=/opt/npm/bin:$PATH npm ci --omit=dev --ignore-scripts --no-audit --no-fund
COPY . .
RUN python -m app.web.vendor \
 && pip install --no-deps --no-build-isolation . \
 && pip uninstall --yes hatchling pluggy pathspec trove-classifiers pip \
 && python -m compileall -q /opt/ronde

# The interpreter's own SQLite is not used where the pysqlite3 wheel exists: it brings one that is safe in WAL mode.
# On arm64 there is none; Ronde then keeps to journal_mode=DELETE, and `ronde doctor` says so.
FROM python:3.13-slim
LABEL org.opencontainers.image.title="Ronde" org.opencontainers.image.licenses="MIT"
RUN useradd --uid 10001 --create-home --home-dir /var/lib/ronde ronde
COPY --from=build /opt/ronde /opt/ronde
ENV PATH=/opt/ronde/bin:$PATH PYTHONUNBUFFERED=1 RONDE_DATA_DIR=/var/lib/ronde RONDE_HOST=0.0.0.0
USER ronde
WORKDIR /var/lib/ronde
VOLUME /var/lib/ronde
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
  CMD ["python", "-c", "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
CMD ["ronde", "serve"]
