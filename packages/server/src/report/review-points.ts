import { code, type Text } from './document.ts';
import type { ReportFacts } from './facts.ts';
import { isForwarding, retentionPeriods } from './places.ts';
import { counted, percent, plural } from './words.ts';

/** From this share of sessions in small groups on, the risk that remains is one of the points. */
const HIGH_SHARE = 0.2;

/** Unusual settings and figures that an officer should look at. */
export function reviewPoints(facts: ReportFacts): Text[] {
  const { policy, settings, sessions, risk, canary, sampled } = facts;
  const points: Text[] = [];
  const kept = Object.entries({ ...policy.classes, ipAddresses: policy.ipAddresses.method }).filter(
    ([name, method]) => method === 'keep' && name !== 'userAgent',
  );
  if (kept.length > 0)
    points.push(['These classes are stored as they came: ', code(kept.map(([name]) => name).join(', '))]);
  const unscanned = Object.entries(policy.customEventsByName).filter(([, treatment]) => treatment === 'keep');
  if (policy.customEvents === 'keep' || unscanned.length > 0) {
    points.push('Events of the application are stored without being searched (privacy.customEvents: keep).');
  }
  if (policy.ipAddresses.keepNetworks.length > 0) {
    points.push(
      `Addresses of ${plural(policy.ipAddresses.keepNetworks.length, 'network')} are kept (privacy.ipAddresses.keepNetworks).`,
    );
  }
  if (sessions.quarantined > 0) {
    points.push(
      `${counted(sessions.quarantined)} ${sessions.quarantined === 1 ? 'dump is' : 'dumps are'} in quarantine, because of personal data. Release or delete them.`,
    );
  }
  if (risk.otherPolicies > 0) {
    points.push(
      `${plural(risk.otherPolicies, 'sampled session was', 'sampled sessions were')} recorded under another policy.`,
    );
  }
  const unverified = risk.sessions - sampled.verified;
  if (unverified > 0)
    points.push(`${plural(unverified, 'sampled dump is', 'sampled dumps are')} stored without having been verified.`);
  const everything = risk.combinations.find(({ name }) => name === 'everything');
  if (everything && everything.small.share > HIGH_SHARE) {
    points.push(
      `With everything that stays, ${percent(everything.small.share)} of the sessions are in groups of fewer than ${risk.k}.`,
    );
  }
  if (canary === null) points.push('This report has no result of a canary.');
  else if (!canary.clean) points.push('The canary failed: planted values were found, or messages were lost.');
  if (retentionPeriods(facts).some(({ period }) => period === 'forever')) points.push('Some data is kept forever.');
  const overdue = facts.retention.oldest.filter(({ isOverdue }) => isOverdue).map(({ what }) => what);
  if (overdue.length > 0) points.push(`Data is older than its time limit, or held: ${overdue.join(', ')}.`);
  const { open } = facts.erasures;
  if (open > 0) points.push(`${plural(open, 'request for erasure is', 'requests for erasure are')} not finished.`);
  if (facts.holds.length > 0)
    points.push(`${plural(facts.holds.length, 'legal hold exempts', 'legal holds exempt')} data from erasure.`);
  if (settings.is('privacy.keyRotation', 'off'))
    points.push('Pseudonyms never change, so all sessions of a person can be linked.');
  if (isForwarding(facts)) points.push('Dumps are forwarded to rtcstats.com.');
  return points;
}
