# syntax=docker/dockerfile:1
#
# One image for every role: docker build -t dossier .
#
# It needs no privilege, no shell and no writable root: only /var/lib/dossier, which may be a
# volume, and /tmp, which may be a tmpfs. Scans are read by tesseract, in French and English.
# LibreOffice stays out, since it would make the image four times as large for files of Word 6
# and 95, Works and WordPerfect alone; put it in with --build-arg LIBREOFFICE=yes.

FROM golang:1.26-bookworm AS build
WORKDIR /src
ENV CGO_ENABLED=0
# Modules first, so that a change of the program alone does not fetch them anew. go.mod
# replaces one of them by a folder of ours.
COPY go.mod go.sum ./
COPY internal/purego internal/purego
RUN go mod download
COPY . .
ARG VERSION=
RUN go build -trimpath -buildvcs=false -ldflags "-s -w -X main.version=${VERSION}" -o /out/dossier ./cmd/dossier

# Debian 12 is what recognition is measured on.
FROM debian:bookworm-slim
ARG LIBREOFFICE=no
RUN set -eu; \
    packages="ca-certificates tesseract-ocr tesseract-ocr-eng tesseract-ocr-fra tesseract-ocr-osd"; \
    if [ "$LIBREOFFICE" = yes ]; then packages="$packages libreoffice-writer-nogui fonts-liberation"; fi; \
    apt-get update; \
    apt-get install -y --no-install-recommends $packages; \
    rm -rf /var/lib/apt/lists/*; \
    install -d -m 0700 -o 65532 -g 65532 /var/lib/dossier /var/lib/dossier-erasures
COPY --from=build /out/dossier /usr/local/bin/dossier
# LibreOffice wants a home to write its profile to.
ENV HOME=/tmp DOSSIER_DATA=/var/lib/dossier
USER 65532:65532
WORKDIR /var/lib/dossier
VOLUME ["/var/lib/dossier"]
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=10s --start-period=2m CMD ["dossier", "health"]
ENTRYPOINT ["dossier"]
CMD ["serve", "--addr", "0.0.0.0:8080"]
