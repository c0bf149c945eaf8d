/** The parts of the policy that concern events. */
export interface EventRules {
  /** Whether events of this method are stored unchanged. */
  isKept(method: string): boolean;
  /** Whether the policy lists the method. */
  isListed(method: string): boolean;
  /** Whether addresses of TURN relays are kept. */
  readonly keepsRelays: boolean;
  /** Whether the standard preset would replace anything in the text. */
  isPersonal(text: string): boolean;
}
