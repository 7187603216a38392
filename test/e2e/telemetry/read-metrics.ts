/** The text format of Prometheus as values: one for each sample, by its name and labels as they stand there. */

export interface Metrics {
  /** Of the sample with these labels and no others; 0 where there is none. */
  value(name: string, labels?: Readonly<Record<string, string>>): number;
  has(name: string): boolean;
  /** Names of metrics, with their types. */
  readonly types: ReadonlyMap<string, string>;
  readonly samples: readonly Sample[];
}

export interface Sample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Throws for a line that is none of the format. */
export function readMetrics(text: string): Metrics {
  const types = new Map<string, string>();
  const samples: Sample[] = [];
  for (const line of text.split('\n')) {
    const [, name, type] = /^# TYPE (\w+) (counter|gauge|histogram)$/.exec(line) ?? [];
    if (name !== undefined && type !== undefined) types.set(name, type);
    else if (line !== '' && !line.startsWith('# HELP ')) samples.push(readSample(line));
  }
  return {
    types,
    samples,
    has: (name) => samples.some((sample) => sample.name === name),
    value: (name, labels = {}) =>
      samples.find((sample) => sample.name === name && same(sample.labels, labels))?.value ?? 0,
  };
}

const LABEL = /(\w+)="((?:[^"\\]|\\["\\n])*)"/y;

function readSample(line: string): Sample {
  const [, name = '', labels = '', value] = /^([a-z_]\w*)(?:\{(.*)\})? (\S+)$/is.exec(line) ?? [];
  if (value === undefined) throw new Error(`not a sample: ${line}`);
  return { name, labels: readLabels(labels), value: Number(value.replace('+Inf', 'Infinity')) };
}

function readLabels(text: string): Record<string, string> {
  const labels: [string, string][] = [];
  for (let at = 0; at < text.length; at += 1) {
    LABEL.lastIndex = at;
    const [whole, name = '', value = ''] = LABEL.exec(text) ?? [];
    if (whole === undefined) throw new Error(`not labels: ${text}`);
    labels.push([name, value.replaceAll(/\\(.)/g, (_, one) => (one === 'n' ? '\n' : one))]);
    at += whole.length;
    if (at < text.length && text[at] !== ',') throw new Error(`not labels: ${text}`);
  }
  return Object.fromEntries(labels);
}

function same(one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): boolean {
  const [a, b] = [one, other].map((labels) => JSON.stringify(Object.entries(labels).sort()));
  return a === b;
}
