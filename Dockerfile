FROM python:3.12-slim AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install -r requirements.txt

FROM python:3.12-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 HOME=/tmp DATA_DIR=/data
# Hangul and emoji for the PDF of a chapter; the serif faces would be half of the size.
RUN apt-get update && \
    apt-get install -y --no-install-recommends fonts-noto-cjk fonts-noto-color-emoji && \
    rm -rf /var/lib/apt/lists/* /usr/share/fonts/opentype/noto/NotoSerifCJK-*
RUN useradd --uid 10001 --no-create-home turnsmith && install -d -o 10001 -m 700 /data
COPY --from=build /venv /venv
WORKDIR /app
COPY streamlit_app.py ./
COPY .streamlit .streamlit
COPY core core
COPY pages pages
USER 10001
VOLUME /data
EXPOSE 8501
HEALTHCHECK --interval=10s --timeout=3s --start-period=20s \
    CMD ["python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8501/health', timeout=2)"]
CMD ["python", "-m", "streamlit", "run", "streamlit_app.py", "--server.address=0.0.0.0", \
     "--browser.serverAddress=localhost"]
