import { PROTOCOL } from '@rtcstats-server/dump';
import type { DataClass } from '@rtcstats-server/privacy';
import type { PersonalValue, PlannedRequest } from '../plan/plan.ts';
import type { PlanBuilder } from '../plan/plan-builder.ts';

/** Plants values in the upgrade request: path, query, subprotocol and headers, and in the reason of the close frame. */
export function plantRequest(
  builder: PlanBuilder,
  identity: Readonly<Record<'user' | 'conference' | 'session', PersonalValue>>,
): PlannedRequest {
  const { values } = builder;
  const plant = (place: string, value: PersonalValue): string => builder.request(`the request: ${place}`, value);
  // The gateway takes the identity from these parameters, and they are part of the page's URL as well.
  const plantIdentity = (place: string, value: PersonalValue): string => {
    return builder.request(`the request: ${place}`, { ...value, classes: ['identifiers', 'pageUrl'] }, true);
  };
  const partOfUrl = (value: PersonalValue, ...classes: readonly DataClass[]): PersonalValue => ({
    ...value,
    classes: ['pageUrl', ...classes],
  });
  const query = [
    `userId=${plantIdentity('query userId', identity.user)}`,
    `conferenceId=${plantIdentity('query conferenceId', identity.conference)}`,
    `sessionId=${plantIdentity('query sessionId', identity.session)}`,
    `email=${encodeURIComponent(plant('query', partOfUrl(values.email(), 'contact')))}`,
    `peer=${plant('query, an address', partOfUrl(values.ipv4(), 'ipAddresses'))}`,
    `access_token=${plant('query, a token', partOfUrl(values.secret(), 'credentials'))}`,
  ];
  const path = [
    'room',
    plant('path', partOfUrl(values.identifier())),
    plant('path, an address', partOfUrl(values.ipv4(), 'ipAddresses')),
    encodeURIComponent(plant('path, percent-encoded', partOfUrl(values.email(), 'contact'))),
  ];
  return {
    path: `/${path.join('/')}?${query.join('&')}`,
    // The first protocol carries an address. A gateway that checks names picks the second one.
    protocols: [`${PROTOCOL}-${plant('subprotocol', values.ipv4())}`, PROTOCOL],
    headers: {
      origin: `http://${plant('Origin, host', values.hostname())}:8443/${plant('Origin, path', partOfUrl(values.identifier()))}`,
      'user-agent': `${plant('User-Agent', values.userAgent())} (${plant('User-Agent, an address', values.ipv4())})`,
      'x-forwarded-for': `${plant('X-Forwarded-For', values.ipv4())}, ${plant('X-Forwarded-For, the last one', values.ipv6())}`,
      'x-real-ip': plant('X-Real-IP', values.ipv4()),
      forwarded: `for=${plant('Forwarded', values.ipv4())}`,
      cookie: `sid=${plant('Cookie', values.secret())}`,
      authorization: plant('Authorization', values.bearer()),
      referer: plant('Referer', values.url()),
    },
    closeReason: `bye ${plant('the reason of the close', values.email())}`,
  };
}

/** Plants values in the path of a plain HTTP request. */
export function plantPlainRequest(builder: PlanBuilder): string {
  const { values } = builder;
  const path = builder.request('a plain HTTP request: path', values.identifier());
  const query = builder.request('a plain HTTP request: query', values.ipv4());
  return `/plain/${path}?ip=${query}`;
}
