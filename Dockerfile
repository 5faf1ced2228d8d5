# One image for the service, the UI, ingestion and the simulated plant; the command says which.
FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libgomp1 fonts-noto-cjk fontconfig \
    && rm -rf /var/lib/apt/lists/*
WORKDIR /srv/plantwright
COPY requirements.lock ./
# torch's CPU build: the image needs no GPU, models on a GPU run in vLLM's own container.
RUN pip install --no-cache-dir --extra-index-url https://download.pytorch.org/whl/cpu -r requirements.lock
COPY . .
RUN useradd --create-home --uid 10001 plantwright && mkdir -p .data && chown plantwright .data
USER plantwright
ENV PYTHONUNBUFFERED=1 HF_HUB_OFFLINE=1
VOLUME /srv/plantwright/.data
CMD ["python", "-m", "app"]
