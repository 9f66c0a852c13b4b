# ehrsynth on a small base, with nothing else that can be run over a network. Made from the archive that `ehrsynth bundle` writes:
#   ehrsynth bundle -o dist/ehrsynth-linux-x64.tar.gz
#   docker build -t ehrsynth -f Dockerfile dist
#   docker run --rm --network none -v "$PWD:/data" --user "$(id -u):$(id -g)" ehrsynth train cohort -o model
FROM debian:12-slim
ARG ARCHIVE=ehrsynth-linux-x64.tar.gz
ADD ${ARCHIVE} /opt/ehrsynth/
RUN ln -s /opt/ehrsynth/bin/ehrsynth /usr/local/bin/ehrsynth \
    && useradd --uid 10001 --create-home ehrsynth \
    && install -d -o ehrsynth -g ehrsynth -m 0700 /data
ENV HOME=/home/ehrsynth
USER ehrsynth
WORKDIR /data
VOLUME /data
ENTRYPOINT ["ehrsynth"]
CMD ["--help"]
