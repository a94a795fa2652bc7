import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';

/** Gives the body of the response to a request's body. */
export type AnswerBody = (body: string) => string;

/**
 * A connection whose other end is a function: requests on it reach nobody, and come back with status 200. It takes one
 * request after another, whose bodies have their length said.
 */
export function answeringSocket(answer: AnswerBody): Socket {
  let received = Buffer.alloc(0);
  const socket = new Duplex({
    read: () => undefined,
    write(chunk: Buffer, _encoding, done) {
      received = Buffer.concat([received, chunk]);
      const end = received.indexOf('\r\n\r\n');
      const head = received.toString('latin1', 0, Math.max(end, 0));
      const body = received.subarray(end + 4);
      if (body.length >= Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1])) {
        received = Buffer.alloc(0);
        const text = answer(body.toString());
        const response = `HTTP/1.1 200 OK\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`;
        // A later moment, as on every other connection.
        setImmediate(() => socket.push(response));
      }
      done();
    },
  });
  const itself = () => socket;
  return Object.assign(socket, {
    setKeepAlive: itself,
    setNoDelay: itself,
    setTimeout: itself,
    ref: itself,
    unref: itself,
  }) as unknown as Socket;
}
