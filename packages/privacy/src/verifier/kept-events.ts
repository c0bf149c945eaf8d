import type { Policy } from '../policy/policy.ts';
import { isApplicationEvent } from './protocol-names.ts';

/** Whether the policy keeps the application events of this name unchanged. */
export function keptEvents({ customEvents, customEventsByName }: Policy): (event: string) => boolean {
  if (customEvents !== 'keep' && !Object.values(customEventsByName).includes('keep')) return () => false;
  return (event) => {
    const own = Object.hasOwn(customEventsByName, event) ? customEventsByName[event] : undefined;
    return (own ?? customEvents) === 'keep' && isApplicationEvent(event);
  };
}
