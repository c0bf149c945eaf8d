import type { ReactNode } from 'react';
import { useAsk } from '../recording/use-recording.ts';
import { Card } from '../ui/card.tsx';
import { formatTime } from '../ui/format.ts';
import { Badge, Empty, Loading } from '../ui/parts.tsx';

/** Media requests, devices and tracks. */
export function MediaTab(): ReactNode {
  const media = useAsk('media');
  if (media === undefined) return <Loading />;
  const { calls, devices, tracks } = media;
  if (calls.length + devices.length + tracks.length === 0) {
    return (
      <Card>
        <Empty title="No media in this dump">It has no media requests, devices or tracks.</Empty>
      </Card>
    );
  }
  return (
    <>
      {calls.length > 0 && (
        <Card title="Media requests" flush>
          <ul className="media-calls">
            {calls.map((call) => (
              <li key={call.line}>
                <div className="row">
                  <strong>{call.method}</strong>
                  <Badge tone={call.outcome === 'granted' ? 'good' : call.outcome === 'refused' ? 'bad' : 'plain'}>
                    {call.outcome}
                  </Badge>
                  <span className="faint">{formatTime(call.time)}</span>
                </div>
                <code className="wrap">{call.asked}</code>
                {call.reason !== undefined && <p className="soft">{call.reason}</p>}
                {call.tracks.map((track) => (
                  <p key={track.id}>
                    {track.kind}: {track.label || 'no label'} <span className="faint mono">{track.id}</span>
                  </p>
                ))}
              </li>
            ))}
          </ul>
        </Card>
      )}
      {devices.length > 0 && (
        <Card title="Devices (latest list)" flush>
          <Rows
            head={['Kind', 'Label', 'ID']}
            rows={devices.map(({ kind, label, deviceId }) => [kind, label || 'no label', deviceId])}
          />
        </Card>
      )}
      {tracks.length > 0 && (
        <Card title="Tracks" flush>
          <Rows
            head={['Connection', 'Direction', 'Kind', 'Label', 'ID']}
            rows={tracks.map(({ scope, direction, track }) => [scope, direction, track.kind, track.label, track.id])}
          />
        </Card>
      )}
    </>
  );
}

function Rows({
  head,
  rows,
}: {
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
}): ReactNode {
  return (
    <div className="table-wrap">
      <table className="table">
        <thead>
          <tr>
            {head.map((name) => (
              <th key={name}>{name}</th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: two rows can be equal
            <tr key={at}>
              {row.map((text, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: cells have no key except their position
                <td key={column} className={column === row.length - 1 ? 'mono wrap' : undefined}>
                  {text}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
