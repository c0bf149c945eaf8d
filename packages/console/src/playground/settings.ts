import {
  CLASS_METHODS,
  DATA_CLASSES,
  type DataClass,
  type Policy,
  type Preset,
  policySettings,
  presetPolicy,
} from '@rtcstats-server/privacy';
import { stringify } from 'yaml';

/** A preset, and the classes whose method differs from it. */
export interface Choice {
  readonly preset: Preset;
  readonly methods: Readonly<Partial<Record<DataClass, string>>>;
}

/** The method of a class under a choice. */
export function methodOf(choice: Choice, name: DataClass): string {
  return choice.methods[name] ?? presetMethod(choice.preset, name);
}

/** The methods that a class supports. */
export function methodsOf(name: DataClass): readonly string[] {
  return CLASS_METHODS[name];
}

function presetMethod(preset: Preset, name: DataClass): string {
  const policy = presetPolicy(preset);
  return name === 'ipAddresses' ? policy.ipAddresses.method : policy.classes[name];
}

/** Changes the method of one class. Choosing the method of the preset removes the class from `methods`. */
export function withMethod(choice: Choice, name: DataClass, method: string): Choice {
  const { [name]: _, ...others } = choice.methods;
  return { ...choice, methods: method === presetMethod(choice.preset, name) ? others : { ...others, [name]: method } };
}

/** The choice as the `privacy` section of the configuration, without what the preset already implies. */
export function settingsOf(choice: Choice): Record<string, unknown> {
  const order = DATA_CLASSES.filter((name) => choice.methods[name] !== undefined);
  return { preset: choice.preset, ...Object.fromEntries(order.map((name) => [name, choice.methods[name]])) };
}

/** YAML for rtcstats.yaml. */
export function yamlOf(settings: Record<string, unknown>): string {
  return stringify({ privacy: settings });
}

/** The settings of a policy that differ from those of its preset. */
export function ownSettings(policy: Policy): Record<string, unknown> {
  const usual = policySettings(presetPolicy(policy.preset));
  const own = Object.entries(policySettings(policy)).filter(
    ([name, value]) => name === 'preset' || JSON.stringify(value) !== JSON.stringify(usual[name]),
  );
  return Object.fromEntries(own);
}
