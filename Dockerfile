# The bot as it runs against Slack: a slim image, no compiler, no root.
FROM python:3.13-slim AS build
WORKDIR /app
RUN python -m venv /venv
COPY requirements.lock ./
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY bot bot
RUN /venv/bin/pip install --no-cache-dir --disable-pip-version-check --no-deps --no-build-isolation --editable .

FROM python:3.13-slim
WORKDIR /app
ENV PATH=/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    HOST=0.0.0.0 \
    PORT=3000
RUN useradd --uid 10001 --no-create-home --home-dir /app --shell /usr/sbin/nologin drumbeat \
    && install -d -o drumbeat -g drumbeat /app/var
COPY --from=build /venv /venv
COPY --from=build /app /app
COPY migrations migrations
COPY content content
USER 10001
VOLUME /app/var
EXPOSE 3000
# `healthz` answers while the loop turns; `readyz` also says what is missing.
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s --retries=3 \
    CMD ["python", "-c", "import os, urllib.request as r; r.urlopen('http://127.0.0.1:' + os.environ['PORT'] + '/healthz', timeout=4)"]
CMD ["sh", "-c", "drumbeat migrate && exec drumbeat run"]
