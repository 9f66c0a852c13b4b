#!/usr/bin/env node
import { listenToFaults, listenToSignals, main } from '../dist/main.js';

listenToSignals();
listenToFaults();
process.exitCode = await main(process.argv);
