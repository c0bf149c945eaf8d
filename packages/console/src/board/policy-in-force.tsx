import { DATA_CLASSES, type Policy } from '@rtcstats-server/privacy';
import type { ReactNode } from 'react';
import { api } from '../api/client.ts';
import { useAnswer } from '../api/use-answer.ts';
import { ownSettings, yamlOf } from '../playground/settings.ts';
import { Link } from '../routing/router.tsx';
import { Card } from '../ui/card.tsx';
import { CopyButton } from '../ui/copy-button.tsx';
import { formatName } from '../ui/format.ts';
import { Badge, type Tone } from '../ui/parts.tsx';

const TONES: Readonly<Record<string, Tone>> = { keep: 'warn', remove: 'good', redact: 'good' };

/** The method that the running gateway applies to each data class. */
export function PolicyInForce(): ReactNode {
  const { value: policy } = useAnswer(api.policy, 'policy');
  return policy && <PolicyCard policy={policy} />;
}

function PolicyCard({ policy }: { readonly policy: Policy }): ReactNode {
  const { ipAddresses, rules, keepSegments, keepLabels } = policy;
  const networks = ipAddresses.keepNetworks;
  return (
    <Card
      title={
        <span className="verdict">
          Policy in force <Badge tone="accent">{policy.preset}</Badge>
        </span>
      }
      aside={
        <span className="row">
          <Link to="/playground" className="button">
            Try policies
          </Link>
          <CopyButton text={yamlOf(ownSettings(policy))}>Copy as YAML</CopyButton>
        </span>
      }
    >
      <ul className="policy">
        {DATA_CLASSES.map((name) => {
          const method = name === 'ipAddresses' ? ipAddresses.method : policy.classes[name];
          return (
            <li key={name}>
              <span>{formatName(name)}</span>
              <Badge tone={TONES[method] ?? 'accent'}>{method}</Badge>
              {name === 'ipAddresses' && ipAddresses.ipv4Bits > 0 && (
                <span className="faint">
                  /{ipAddresses.ipv4Bits}, /{ipAddresses.ipv6Bits}
                </span>
              )}
            </li>
          );
        })}
        <li>
          <span>custom events</span>
          <Badge tone={policy.customEvents === 'keep' ? 'warn' : 'accent'}>{policy.customEvents}</Badge>
        </li>
      </ul>
      {networks.length > 0 && <p className="soft">Networks that are kept: {networks.join(', ')}</p>}
      {keepSegments.length > 0 && <p className="soft">Path segments that are kept: {keepSegments.join(', ')}</p>}
      {keepLabels.length > 0 && <p className="soft">Channel labels that are kept: {keepLabels.join(', ')}</p>}
      {rules.length > 0 && (
        <p className="soft">Custom rules: {rules.map(({ name, method }) => `${name} (${method})`).join(', ')}</p>
      )}
    </Card>
  );
}
