/**
 * Which traces are recorded: OTEL_TRACES_SAMPLER and its argument as a sampler of the SDK. Called by otlp-provider.ts.
 */
import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Log } from '../../base/log.ts';
import type { TracingOptions } from './span.ts';

const PARENT_BASED = 'parentbased_';
const DEFAULT = 'parentbased_always_on';

/** Whoever asks decides, and everything is recorded where nobody has: the standard's default, also for odd values. */
export function samplerOf({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }: TracingOptions['env'], log: Log): Sampler {
  const name = OTEL_TRACES_SAMPLER?.trim() || DEFAULT;
  const root = rootSampler(name.replace(PARENT_BASED, ''), OTEL_TRACES_SAMPLER_ARG);
  if (root !== undefined) return name.startsWith(PARENT_BASED) ? new ParentBasedSampler({ root }) : root;
  log.warn({ OTEL_TRACES_SAMPLER, OTEL_TRACES_SAMPLER_ARG }, `not a sampler that is known here; ${DEFAULT} is used`);
  return new ParentBasedSampler({ root: new AlwaysOnSampler() });
}

function rootSampler(name: string, argument = '1'): Sampler | undefined {
  const ratio = argument.trim() === '' ? 1 : Number(argument);
  switch (name) {
    case 'always_on':
      return new AlwaysOnSampler();
    case 'always_off':
      return new AlwaysOffSampler();
    case 'traceidratio':
      return ratio >= 0 && ratio <= 1 ? new TraceIdRatioBasedSampler(ratio) : undefined;
    default:
      return undefined;
  }
}
