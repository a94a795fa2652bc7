import type { BodyLimit, HttpApi, RequestContext } from '../kernel/service.ts';
import type { ErrorProtocol, QueryErrors } from './error-response.ts';

/** One request as a service with a protocol of its own sees it. */
export interface HttpContext extends RequestContext {
  /** All bytes of the body as they were sent, read once. @throws AwsError past the limit (16 MiB by default) */
  body(limit?: BodyLimit): Promise<Buffer>;
  readonly url: URL;
  /**
   * Announces the operation's name, such as `PutObject`, before the service acts. Watchers then see the call under
   * this name, and interceptors may step in: so await it, and let what it throws pass as any other failure.
   *
   * @throws AwsError when an interceptor answers with an error; also when it resets the connection, and then whatever
   * the service still writes goes nowhere.
   */
  operation(name: string, input?: unknown): Promise<void>;
}

/** An {@link HttpApi} that also says how its errors are written. */
export interface WireHttpApi extends HttpApi {
  /**
   * The form of errors that the service throws, and of those found before it is asked.
   *
   * @defaultValue `rest-xml` for `s3`, `query` for form bodies, otherwise `rest-json`
   */
  readonly errorProtocol?: ErrorProtocol;
  /** How errors of the query protocol depart from the others. */
  readonly queryErrors?: QueryErrors;
}
