import type { Role } from '@rtcstats-server/privacy';
import type { PersonalValue } from '../plan/plan.ts';
import type { ValueGenerator } from '../plan/value-generator.ts';

/** A personal value that a client could send where the event model expects a text of this role. */
export function valueOfRole(role: Role, values: ValueGenerator): PersonalValue {
  return GENERATORS[role](values);
}

/** Lists every role, so that a new one in the event model does not compile until the canary has a value for it. */
const GENERATORS: Readonly<Record<Role, (values: ValueGenerator) => PersonalValue>> = {
  text: (values) => values.text(),
  key: (values) => values.text(),
  version: (values) => values.version(),
  address: (values) => values.ipv4(),
  candidate: (values) => {
    const address = values.ipv4();
    return { ...address, text: `candidate:1 1 udp 2122260223 ${address.text} 50000 typ host` };
  },
  sdp: (values) => {
    const owner = values.sdpOwner();
    return { ...owner, text: `v=0\r\no=${owner.text} 1 2 IN IP4 0.0.0.0\r\ns=-\r\n` };
  },
  url: (values) => values.url(),
  deviceLabel: (values) => values.label(),
  deviceKind: (values) => values.text(),
  channelLabel: (values) => values.channelLabel(),
  deviceId: (values) => values.deviceId(),
  groupId: (values) => values.deviceId(),
  secret: (values) => values.secret(),
  turnUser: (values) => values.turnUser(),
  person: (values) => values.identifier(),
  conference: (values) => values.identifier(),
  session: (values) => values.identifier(),
  phone: (values) => values.phone(),
  userAgent: (values) => values.userAgent(),
  path: (values) => values.path(),
  macAddress: (values) => values.mac(),
  clientHint: (values) => values.deviceModel(),
  name: (values) => values.identifier(),
  place: (values) => values.text(),
  machineName: (values) => values.text(),
  networkName: (values) => values.text(),
  maybeKey: (values) => values.secret(),
  bareKey: (values) => values.text(),
  foundation: (values) => values.foundation(),
  fingerprint: (values) => values.fingerprint(),
  certificate: (values) => values.certificate(),
  software: (values) => values.version(),
  protocolName: (values) => values.text(),
  setting: (values) => values.identifier(),
  namedSetting: (values) => values.identifier(),
};
