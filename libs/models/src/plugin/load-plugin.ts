import { basename, isAbsolute, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { checksum, fromSystemError } from '@ehrsynth/io';
import { type Column, firstCodeOf } from '@ehrsynth/matrix';
import { z } from 'zod';
import { readModel } from '../model-file.ts';
import type { PatientModel } from '../patient-model.ts';
import type { Synthesizer } from '../synthesizer.ts';
import type { ModelPlugin } from './contract.ts';
import { PluginError, PluginNeededError } from './errors.ts';
import {
  messageOf,
  PLUGIN_FOLDER,
  PLUGIN_FORMAT,
  type PluginFile,
  PluginRecords,
  PluginRows,
} from './plugin-models.ts';

/** Begins the names of plug-ins among those of models. */
export type PluginName = `plugin-${string}`;

/** A plug-in that was loaded. */
export interface LoadedPlugin extends PluginFile {
  takes: ModelPlugin['takes'];
  create(columns: readonly Column[], seed: number): Synthesizer | PatientModel;
  load(folder: string, columns: readonly Column[]): Promise<Synthesizer | PatientModel>;
}

const LOADED = new Map<PluginName, LoadedPlugin>();

/** Whether a model is named by the path of a file: only then code is loaded, and never by the name of a package. */
export function isPluginPath(text: string): boolean {
  return /^\.{1,2}[/\\]/.test(text) || isAbsolute(text);
}

/** The plug-in of a name; undefined where none was loaded under it. */
export function pluginOf(name: string): LoadedPlugin | undefined {
  return LOADED.get(name as PluginName);
}

/**
 * Loads a plug-in: the code of the file is run in this process, and may do whatever the process may.
 * @param path of a module whose default export is a ModelPlugin
 * @returns the name by which the model goes from now on
 * @throws PluginError, UserError
 */
export async function loadPlugin(path: string): Promise<PluginName> {
  const full = resolve(path);
  const sha256 = await checksum(full).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  const name: PluginName = `plugin-${basename(path).replace(/\.\w+$/, '')}-${sha256.slice(0, NAME_DIGITS)}`;
  if (LOADED.has(name)) return name;
  const imported = (await import(pathToFileURL(full).href).catch((cause) => {
    throw new PluginError(path, `It cannot be loaded: ${messageOf(cause)}`, cause);
  })) as { default?: unknown };
  const { data, error } = Plugin.safeParse(imported.default);
  if (error) {
    const [{ path: where, message }] = error.issues;
    const what =
      where.length > 0
        ? `its ${where.join('.')}: ${message}`
        : 'it has no default export with name, takes, create and load';
    throw new PluginError(path, `It is not a model: ${what}`);
  }
  const plugin = data as ModelPlugin;
  LOADED.set(name, loaded(plugin, { name: plugin.name, file: basename(path), sha256 }));
  return name;
}

const NAME_DIGITS = 8;
const aFunction = z.custom<unknown>((value) => typeof value === 'function', 'a function is expected');
const Plugin = z.object({
  name: z.string().min(1),
  takes: z.enum(['rows', 'records']),
  counts: z.boolean().optional(),
  create: aFunction,
  load: aFunction,
});
const File = z.object({ name: z.string(), file: z.string(), sha256: z.string() });

function loaded(plugin: ModelPlugin, file: PluginFile): LoadedPlugin {
  const settingOf = (columns: readonly Column[]) => ({ columns, firstCode: firstCodeOf(columns) });
  if (plugin.takes === 'rows') {
    const counts = plugin.counts ? 'modelled' : 'ones';
    return {
      ...{ ...file, takes: 'rows' },
      create: (columns, seed) => new PluginRows(columns, plugin.create({ ...settingOf(columns), seed }), file, counts),
      load: async (folder, columns) =>
        new PluginRows(columns, await plugin.load(folder, settingOf(columns)), file, counts),
    };
  }
  return {
    ...{ ...file, takes: 'records' },
    create: (columns, seed) => new PluginRecords(columns, plugin.create({ ...settingOf(columns), seed }), file),
    load: async (folder, columns) => new PluginRecords(columns, await plugin.load(folder, settingOf(columns)), file),
  };
}

/**
 * Loads the plug-in that trained the model of a folder. No code of another file is run.
 * @throws PluginNeededError where the file is another, PluginError, UserError
 */
export async function loadPluginFor(folder: string, path: string): Promise<PluginName> {
  const { options } = await readModel(folder, PLUGIN_FORMAT, { options: File, hasWeights: false });
  const sha256 = await checksum(path).catch((error) => {
    throw fromSystemError(error, path, 'read');
  });
  if (sha256 !== options.sha256) throw new PluginNeededError(folder, options.file, options.sha256, path);
  return loadPlugin(path);
}

/** The model of a folder that a plug-in trained, which has to have been loaded. @throws PluginNeededError, PluginError */
export async function loadPluginModel(folder: string): Promise<Synthesizer | PatientModel> {
  const { columns, options } = await readModel(folder, PLUGIN_FORMAT, { options: File, hasWeights: false });
  const plugin = [...LOADED.values()].find(({ sha256 }) => sha256 === options.sha256);
  if (!plugin) throw new PluginNeededError(folder, options.file, options.sha256);
  return plugin.load(join(folder, PLUGIN_FOLDER), columns).catch((error: unknown) => {
    throw new PluginError(options.file, `It cannot load its model: ${messageOf(error)}`, error);
  });
}
