/**
 * One thread of the validator: gets the files' context and the choice of rules once, then batch by batch the texts to
 * check, and answers each with what it found.
 */
import { parentPort, workerData } from 'node:worker_threads';
import { Vocabulary } from '@ehrsynth/vocab';
import { FilesContext } from '../dist/validate/context.js';
import { Validator } from '../dist/validate/validator.js';

const { files, which } = workerData;
const validator = new Validator(new Vocabulary(), new FilesContext(files), which);

parentPort.on('message', (texts) => parentPort.postMessage(texts.map((text) => validator.text(text))));
