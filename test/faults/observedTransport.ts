import type {
  SilenceTimeouts,
  StreamedResponse,
  StreamingTransport,
  StreamRequest,
  Timeouts,
  TransportRequest,
  TransportResponse,
  Upgraded,
} from '../../src/api/http/transport';
import type { JumpingClock } from './jumpingClock';

/** Sends over another transport, keeps the answers, and tells the clock when a request is under way. */
export class ObservedTransport implements StreamingTransport {
  /** Answers that were read as a whole, since they were last cleared. */
  answers: TransportResponse[] = [];
  /** Whether the limits of the client are cut short, for requests that are not answered. */
  isHasty = false;
  /** How long an answer may take then, in milliseconds. */
  hastyMs = 0;

  constructor(
    private readonly inner: StreamingTransport,
    private readonly clock: JumpingClock,
  ) {}

  async request(request: TransportRequest): Promise<TransportResponse> {
    const answer = await this.clock.during(this.inner.request(this.limited(request)));
    this.answers.push(answer);
    return answer;
  }

  stream(request: StreamRequest): Promise<StreamedResponse> {
    return this.clock.during(this.inner.stream(this.limited(request)));
  }

  upgrade(request: TransportRequest, protocol: string): Promise<Upgraded | TransportResponse> {
    return this.clock.during(this.inner.upgrade(this.limited(request), protocol));
  }

  private limited<T extends { readonly timeouts: Timeouts | SilenceTimeouts }>(request: T): T {
    if (!this.isHasty) return request;
    const { hastyMs: ms } = this;
    return { ...request, timeouts: { headersMs: ms, bodyMs: ms, totalMs: ms } };
  }
}
