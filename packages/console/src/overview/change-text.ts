import type { Change, Changes } from '@rtcstats-server/api';
import { formatCount, formatPlural, formatShare } from '../ui/format.ts';
import { type DrillDown, drillDown, sessionsPath } from './drill-down.ts';
import { DIMENSION_NAMES } from './settings.ts';
import { changeText } from './shares.ts';

type Side = Change['before'];

/** What was compared: `bad calls`, `setup failures, browser Firefox 153`, `packet-loss`. */
export function changeSubject({ measure, problem, dimension, value }: Change): string {
  const names = { badShare: 'bad calls', setupFailureShare: 'setup failures', problemShare: problem ?? 'a problem' };
  const group = value === 'unknown' ? 'not known' : value;
  return dimension === null ? names[measure] : `${names[measure]}, ${DIMENSION_NAMES[dimension]} ${group}`;
}

/** `22.7 % (17 of 75)`; `fewer than 5 of 75` if the gateway does not tell. */
export function sideText({ share, affected, judged }: Side, minimumGroup: number): string {
  if (share === null || affected === null) return `fewer than ${formatCount(minimumGroup)} of ${formatCount(judged)}`;
  return `${formatShare(share)} (${formatCount(affected)} of ${formatCount(judged)})`;
}

/** `15.1 points more (4.1 to 26)`: the difference of the shares with its 95 % confidence interval, in points. */
export function differenceText({ difference, differenceLow, differenceHigh, before, after }: Change): string {
  const low = points(differenceLow);
  const high = points(differenceHigh);
  const [from, to] = difference < 0 ? [-high, -low] : [low, high];
  const atLeast = before.affected === null || after.affected === null ? 'at least ' : '';
  return `${atLeast}${changeText(points(difference), 'point')} (${signed(from)} to ${signed(to)})`;
}

function points(share: number): number {
  return Math.round(share * 1000) / 10;
}

function signed(value: number): string {
  return value < 0 ? `−${Math.abs(value)}` : String(Math.abs(value));
}

/** `0.012`; `< 0.001`. */
export function pText(p: number): string {
  return p < 0.001 ? '< 0.001' : p.toFixed(p >= 0.1 ? 2 : 3);
}

/** One sentence on the whole: how many comparisons were made, and how many differences are more than chance. */
export function changesSummary({ comparisons, significant, falseDiscoveryRate, before }: Changes): string {
  if (before.calls === 0) return 'The time before had no calls, so there is nothing to compare with.';
  if (comparisons === 0) return 'No group has enough bad calls or problems in both times to be compared.';
  const chance = `at most ${formatShare(falseDiscoveryRate)} of such changes are expected to be chance`;
  return significant === 0
    ? `${formatPlural(comparisons, 'comparison')} show no change that is more than chance.`
    : `${formatCount(significant)} of ${formatPlural(comparisons, 'comparison')} show a change; ${chance}.`;
}

/** Groups that could not be compared. Empty if there are none. */
export function notComparedText({ onlyBefore, onlyAfter, minimumGroup }: Changes): string {
  const parts = [
    onlyAfter > 0 ? `${formatPlural(onlyAfter, 'group')} only in this time, such as a new version of a browser` : '',
    onlyBefore > 0 ? `${formatPlural(onlyBefore, 'group')} only in the time before` : '',
  ].filter((part) => part !== '');
  if (parts.length === 0) return '';
  return `Not compared, because they have ${formatCount(minimumGroup)} calls or more in one of the times: ${parts.join('; ')}.`;
}

/**
 * Link to the sessions of the group in the range after, those that the measure counts or the worst first. Undefined if
 * the session list has no filter for the group.
 */
export function changeLink(
  { measure, problem, dimension, value }: Change,
  after: Changes['after'],
): DrillDown | undefined {
  const filters: Record<string, string> = { sort: 'score' };
  if (measure === 'setupFailureShare') filters['verdict'] = 'failed';
  if (measure === 'problemShare' && problem !== null)
    Object.assign(filters, { observation: problem, severity: 'medium' });
  if (dimension === null) return { to: sessionsPath(after, filters), what: 'sessions' };
  const group = value === null ? undefined : drillDown(dimension, value, after);
  if (group === undefined) return undefined;
  const ofGroup = new URLSearchParams(group.to.split('?')[1]);
  return { to: sessionsPath(after, { ...Object.fromEntries(ofGroup), ...filters }), what: group.what };
}
