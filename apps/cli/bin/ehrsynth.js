#!/usr/bin/env node
import { listenToSignals, main } from '../dist/main.js';

listenToSignals();
process.exitCode = await main(process.argv);
