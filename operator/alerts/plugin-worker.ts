/**
 * What runs in the thread of a plug-in: it loads the module, says which actions it has, and answers question by question. It is text,
 * because a thread begins from text or a file, and a file would have to be found in the build and in the tests alike. Parameters are
 * understood here: a schema cannot be passed between threads. What is answered goes through JSON, so that it is data and nothing else.
 */
export const PLUGIN_WORKER = `
const { parentPort, workerData } = require('node:worker_threads');
const { pathToFileURL } = require('node:url');

const isAction = (value) =>
  value !== null && typeof value === 'object' && typeof value.name === 'string' &&
  typeof value.decide === 'function' && typeof value.parameters?.safeParse === 'function';

const said = (error) => ({ error: String(error?.message ?? error).split('\\n')[0] });

async function load() {
  const module = await import(pathToFileURL(workerData.path).href);
  const exported = [...Object.values(module), ...Object.values(module.default ?? {}), module.default];
  return new Map(exported.filter(isAction).map((action) => [action.name, action]));
}

function answer(action, { alert, cluster, world }) {
  const parameters = action.parameters.safeParse(alert.annotations);
  if (!parameters.success) {
    const why = parameters.error.issues.slice(0, 3).map((issue) => issue.path.join('.') + ': ' + issue.message);
    return { refusal: 'its annotations cannot be used: ' + why.join('; ') };
  }
  return action.decide({ ...alert, parameters: parameters.data }, cluster, world);
}

load().then((actions) => {
  parentPort.on('message', ({ action, question }) => {
    try {
      const text = JSON.stringify(answer(actions.get(action), question));
      parentPort.postMessage(text.length > 100000 ? { error: 'it answered with more than 100000 characters' } : { value: JSON.parse(text) });
    } catch (error) {
      parentPort.postMessage(said(error));
    }
  });
  parentPort.postMessage({ value: { names: [...actions.keys()] } });
}, (error) => parentPort.postMessage(said(error)));
`;
