import { Component, type ErrorInfo, type ReactNode, useState } from 'react';
import { CopyButton } from './copy-button.tsx';
import { Icon } from './icons.tsx';
import { Button } from './parts.tsx';

interface BoundaryProps {
  /** What is reloaded, in the text of the button: `panel`, `tab` or `page`. */
  readonly kind?: 'panel' | 'tab' | 'page';
  readonly children: ReactNode;
}

interface Crash {
  readonly error: unknown;
  /** The components around the place of the error, innermost first. */
  readonly components: string;
}

/**
 * Shows an error of the components inside it in their place, so that the rest of the page stays usable. React removes
 * the whole page if an error reaches no boundary. Nothing is sent anywhere: the details can be copied by hand.
 */
export function Boundary({ kind = 'panel', children }: BoundaryProps): ReactNode {
  const [round, setRound] = useState(0);
  // A new key mounts the children again with fresh state. The code of a page is loaded by the page itself, and React
  // does not try that again after a failure, for example when the gateway was updated: only the browser can.
  const reload = (): void => (kind === 'page' ? window.location.reload() : setRound(round + 1));
  return (
    <Catcher key={round} kind={kind} onReload={reload}>
      {children}
    </Catcher>
  );
}

interface CatcherProps {
  readonly kind: 'panel' | 'tab' | 'page';
  readonly onReload: () => void;
  readonly children: ReactNode;
}

/** Only class components can catch errors of their children. */
class Catcher extends Component<CatcherProps, { readonly crash: Crash | undefined }> {
  override state: { readonly crash: Crash | undefined } = { crash: undefined };

  static getDerivedStateFromError(error: unknown): { readonly crash: Crash } {
    return { crash: { error, components: '' } };
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo): void {
    this.setState({ crash: { error, components: componentStack ?? '' } });
  }

  override render(): ReactNode {
    const { crash } = this.state;
    const { kind, onReload, children } = this.props;
    if (crash === undefined) return children;
    const details = detailsOf(crash);
    return (
      <div className="crash" role="alert" data-crash>
        <p className="row">
          <Icon name="warning" />
          <strong>This {kind} could not be shown: an error in the console, not in the call.</strong>
        </p>
        <p className="wrap">{messageOf(crash.error)}</p>
        <div className="row">
          <Button onClick={onReload}>Reload this {kind}</Button>
          <CopyButton text={details}>Copy details</CopyButton>
        </div>
        <details>
          <summary>Details for a bug report. Nothing was sent.</summary>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrollable element must be reachable by keyboard */}
          <pre className="code code-wrap" tabIndex={0}>
            {details}
          </pre>
        </details>
      </div>
    );
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The query of the URL is left out, because it can contain a name that somebody searched for. */
function detailsOf({ error, components }: Crash): string {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return [`Page: ${window.location.pathname}`, `Browser: ${navigator.userAgent}`, stack, components.trim()]
    .filter((part) => part !== '')
    .join('\n\n');
}
