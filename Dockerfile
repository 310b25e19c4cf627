FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 ANKANG_NO_BOOTSTRAP=1
WORKDIR /app

COPY ankang_credit/locks/prod.txt ankang_credit/locks/prod.txt
RUN pip install --no-cache-dir --require-hashes -r ankang_credit/locks/prod.txt

COPY . .
# The keys made here are for this one command and do not stay in the image.
RUN ANKANG_DATA=/build ANKANG_HASHED_STATIC=1 python manage.py collectstatic --noinput && rm -rf /build

RUN useradd --system --uid 10001 --no-create-home ankang \
 && mkdir -p /data/files \
 && chown -R ankang /data
USER ankang

ENV ANKANG_PRODUCTION=1 ANKANG_DATA=/data FILES_ROOT=/data/files
VOLUME /data
EXPOSE 8000
CMD ["gunicorn", "--config", "ankang_credit/gunicorn.conf.py"]
