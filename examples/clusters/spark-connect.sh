#!/bin/bash
# Starts Spark Connect on the primary node of EMR, Dataproc or a self-managed cluster, with Spark 4 or later. It listens on that node only,
# because Spark's server has no TLS. From elsewhere, reach it through a tunnel:
#
#   ssh -N -L 15002:127.0.0.1:15002 hadoop@PRIMARY &                                (EMR)
#   gcloud compute ssh NAME-m -- -N -L 15002:127.0.0.1:15002 &                      (Dataproc)
#   ehrsynth generate model -n 1000000 --on sc://127.0.0.1:15002 --bundle ehrsynth-linux-x64.tar.gz -o s3://bucket/synthetic
#
# Arguments of this script are passed to Spark. For s3a://…, a self-managed cluster needs `--packages org.apache.hadoop:hadoop-aws:3.5.0` (the
# version of its Hadoop).
#
# Anyone who can log in to the node can use the server. To require a token as well, set SPARK_CONNECT_AUTHENTICATE_TOKEN here and on the client.
set -euo pipefail

SPARK_HOME=${SPARK_HOME:-/usr/lib/spark}
version=$("$SPARK_HOME/bin/spark-submit" --version 2>&1 | sed -n 's/.*version \([0-9]*\)\..*/\1/p' | head -1)
if [ "${version:-0}" -lt 4 ]; then
  echo "Spark $version: ehrsynth needs Spark 4 or later (EMR Spark 8, Dataproc 3.0)" >&2
  exit 2
fi
exec "$SPARK_HOME/sbin/start-connect-server.sh" \
  --conf spark.connect.grpc.binding.address=127.0.0.1 \
  --conf spark.connect.grpc.binding.port="${PORT:-15002}" \
  "$@"
