import { appendFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { Crc32c } from '@aws-crypto/crc32c';
import Pbf from 'pbf';
import { fromSystemError, makeFolder } from '@ehrsynth/io';
import type { TrainingEvent } from '@ehrsynth/models';

/** Of TensorFlow's record format: how a checksum is stored. */
const MASK_DELTA = 0xa282ead8;

/**
 * Writes the event file that TensorBoard reads: TFRecords of `Event` messages with scalars.
 * @see https://www.tensorflow.org/tutorials/load_data/tfrecord (format), tensorflow/core/util/event.proto
 */
export class TensorBoardWriter {
  private readonly path: string;

  /** @throws UserError */
  constructor(folder: string) {
    const seconds = Math.floor(Date.now() / 1000);
    this.path = join(folder, `events.out.tfevents.${seconds}.${hostname()}.${process.pid}`);
    try {
      makeFolder(folder);
      this.append(event(0, (pbf) => pbf.writeStringField(3, 'brain.Event:2')));
    } catch (error) {
      throw fromSystemError(error, folder, 'write');
    }
  }

  /** The losses, the rate and what the probe found, at the number of epochs done. */
  write({ done, losses, rowsPerSecond, probe }: TrainingEvent): void {
    const scalars: Record<string, number> = { rows_per_second: rowsPerSecond };
    for (const [name, loss] of Object.entries(losses)) scalars[`loss/${name}`] = loss;
    if (probe) {
      scalars['prevalence/r'] = probe.r;
      scalars['prevalence/rmse'] = probe.rmse;
      scalars['codes_per_patient/sampled'] = probe.codesPerPatient.sampled;
      scalars['codes_per_patient/real'] = probe.codesPerPatient.real;
      scalars['distinct_rows/sampled'] = probe.distinctRows.sampled;
      scalars['discriminator/accuracy'] = probe.discriminatorAccuracy;
      scalars['score'] = probe.score;
    }
    this.append(event(done, (pbf) => pbf.writeMessage(5, writeSummary, scalars)));
  }

  /** TFRecord: length, its checksum, data, its checksum. */
  private append(data: Uint8Array): void {
    const record = Buffer.alloc(12 + data.length + 4);
    record.writeBigUInt64LE(BigInt(data.length), 0);
    record.writeUInt32LE(maskedChecksum(record.subarray(0, 8)), 8);
    record.set(data, 12);
    record.writeUInt32LE(maskedChecksum(data), 12 + data.length);
    try {
      appendFileSync(this.path, record);
    } catch (error) {
      throw fromSystemError(error, this.path, 'write');
    }
  }
}

/** Event { wall_time = 1; step = 2; file_version = 3 | summary = 5 } */
function event(step: number, write: (pbf: Pbf) => void): Uint8Array {
  const pbf = new Pbf();
  pbf.writeDoubleField(1, Date.now() / 1000);
  pbf.writeVarintField(2, step);
  write(pbf);
  return pbf.finish();
}

/** Summary { repeated Value value = 1 }, Value { tag = 1; simple_value = 2 } */
function writeSummary(scalars: Record<string, number>, pbf: Pbf): void {
  for (const [tag, value] of Object.entries(scalars)) {
    pbf.writeMessage(
      1,
      (one: number, inner: Pbf) => {
        inner.writeStringField(1, tag);
        inner.writeFloatField(2, one);
      },
      value,
    );
  }
}

function maskedChecksum(bytes: Uint8Array): number {
  const checksum = new Crc32c().update(bytes).digest();
  return (((checksum >>> 15) | (checksum << 17)) + MASK_DELTA) >>> 0;
}
