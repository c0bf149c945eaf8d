import type {
  AuditListQuery,
  AuditPage,
  AuditVerification,
  Canary,
  Changes,
  ChangesQuery,
  ConferenceAnalysis,
  DeliveriesOverview,
  EgressPage,
  ErasurePage,
  ErasureReceipt,
  ErrorBody,
  Overview,
  OverviewQuery,
  Risk,
  SessionDetail,
  SessionPage,
  SessionQuery,
  SignInState,
  SubjectOverviewBody,
  SubjectQuery,
  TryIt,
  Verdict,
} from '@rtcstats-server/api';
import type { Policy } from '@rtcstats-server/privacy';

/** The gateway rejected a request, or could not be reached. */
class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  /** HTTP status; 0 if there was no response. */
  readonly status: number;

  constructor(status: number, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

/** Called when a response says that the browser is not signed in (any more). */
let onSignedOut: () => void = () => {};
export function whenSignedOut(listener: () => void): void {
  onSignedOut = listener;
}

async function call(path: string, init: RequestInit = {}): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(path, { credentials: 'same-origin', ...init });
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new ApiError(0, 'UNREACHABLE', 'The gateway does not answer. Is it running?');
  }
  if (response.ok) return response;
  if (response.status === 401 && path !== '/api/sign-in') onSignedOut();
  const body = (await response.json().catch(() => ({}))) as Partial<ErrorBody>;
  throw new ApiError(response.status, body.code ?? 'UNKNOWN', body.error ?? `The gateway answered ${response.status}`);
}

async function json<T>(path: string, init?: RequestInit): Promise<T> {
  return (await (await call(path, init)).json()) as T;
}

function post(body?: unknown): RequestInit {
  if (body === undefined) return { method: 'POST' };
  return { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function parameters(query: Readonly<Record<string, unknown>>): URLSearchParams {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  return new URLSearchParams(given.map(([name, value]) => [name, String(value)]));
}

function sessionPath(id: string): string {
  return `/api/sessions/${encodeURIComponent(id)}`;
}

/** The admin API. Dumps are the exception: a worker reads them from `dumpUrl`. */
export const api = {
  signInState: () => json<SignInState>('/api/sign-in'),
  signIn: async (token: string): Promise<void> => {
    await call('/api/sign-in', post({ token }));
  },
  signOut: async (): Promise<void> => {
    await call('/api/sign-out', post());
  },
  sessions: (query: SessionQuery, signal?: AbortSignal) => {
    const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
    // Not with GET, because proxies log URLs, and a name in the query may be that of a person.
    const request = post(Object.fromEntries(given));
    return json<SessionPage>('/api/sessions/search', signal ? { ...request, signal } : request);
  },
  overview: (query: OverviewQuery) => json<Overview>(`/api/insights/overview?${parameters(query)}`),
  changes: (query: ChangesQuery & { readonly limit?: number }) =>
    json<Changes>(`/api/insights/changes?${parameters(query)}`),
  /** @param name as it is stored, because proxies log URLs */
  conferenceAnalysis: (name: string) =>
    json<ConferenceAnalysis>(`/api/conferences/${encodeURIComponent(name)}/analysis`),
  session: (id: string) => json<SessionDetail>(sessionPath(id)),
  verify: (id: string) => json<Verdict>(`${sessionPath(id)}/verify`, post()),
  /** @throws ApiError if the verifier still finds something */
  release: async (id: string): Promise<void> => {
    await call(`${sessionPath(id)}/release`, post());
  },
  delete: async (id: string): Promise<void> => {
    await call(sessionPath(id), { method: 'DELETE' });
  },
  tryIt: (conference: string) => json<TryIt>(`/api/try-it?${new URLSearchParams({ conference })}`),
  /** @throws ApiError if forwarding is off, or the dump was not verified */
  forward: async (id: string): Promise<void> => {
    await call(`${sessionPath(id)}/forward`, post());
  },
  deliveries: () => json<DeliveriesOverview>('/api/deliveries?limit=1'),
  /** With the analyses that the target sent back. */
  analyzedDeliveries: () => json<DeliveriesOverview>('/api/deliveries?state=delivered&limit=50'),
  egress: () => json<EgressPage>('/api/egress?limit=50'),
  /** The privacy package's type instead of the API's, which has plain strings for classes and methods. */
  policy: () => json<Policy>('/api/policy'),
  /** Without a value of any group. The gateway measures at most every ten minutes. */
  risk: () => json<Risk>('/api/risk'),
  audit: (query: AuditListQuery) => json<AuditPage>(`/api/audit?${parameters(query)}`),
  /** Reads the whole log. @param checkpoint a signed note that was kept elsewhere */
  verifyAudit: (checkpoint?: string) =>
    json<AuditVerification>('/api/audit/verify', post(checkpoint === undefined ? {} : { checkpoint })),
  previewSubject: (subject: SubjectQuery) => json<SubjectOverviewBody>('/api/subjects/preview', post(subject)),
  /** The ZIP file, whole: rejects if the connection breaks off. The browser keeps a large one on disk. */
  exportSubject: async (subject: SubjectQuery): Promise<Blob> =>
    await (await call('/api/subjects/export', post(subject))).blob(),
  /**
   * @param confirm the name once more, as the user typed it
   * @throws ApiError SUBJECT_HELD with the reason
   */
  eraseSubject: (subject: SubjectQuery, confirm: string) =>
    json<ErasureReceipt>('/api/subjects/erase', post({ ...subject, confirm })),
  erasures: () => json<ErasurePage>('/api/subjects/erasures?limit=100'),
  canary: () => json<Canary>('/api/canary'),
  /** @throws ApiError if a canary is running already */
  startCanary: async (): Promise<void> => {
    await call('/api/canary', post());
  },
};

/** URL of the dump of a session that is being recorded. */
export function liveUrl(id: string): string {
  return `${sessionPath(id)}/live`;
}

/** URL of the stored dump of a session. */
export function dumpUrl(id: string): string {
  return `${sessionPath(id)}/dump`;
}
