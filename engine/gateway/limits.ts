/**
 * What one subscriber, and all of them together, may cost the engine. Every number has a stated
 * consequence, so that no client can grow the process or stall the others.
 */

/** WebSocket subscribers; the next handshake gets 503. */
export const MAX_SUBSCRIBERS = 5000;
/** TCP connections beyond the subscribers' (HTTP, handshakes); more are closed as they come. */
export const MAX_OTHER_CONNECTIONS = 500;
/** Topics of one subscriber; the next one gets an `error` frame `tooManyTopics`. */
export const MAX_TOPICS_PER_SUBSCRIBER = 1024;
/** Topics that the gateway asks the engine for; the next one is refused. */
export const MAX_WATCHED_TOPICS = 8192;
/**
 * Topic updates that wait to be sent: of all subscribers for the end of the turn, where the next one
 * flushes at once, and of one subscriber for its slice, where they give way to snapshots.
 */
export const MAX_PENDING_UPDATES = 1024;
/** Subscribers that are written to in one go (about 10 us each); selections are answered between. */
export const FLUSH_SLICE_SUBSCRIBERS = 64;

/**
 * Bytes that may wait for one subscriber before its deltas are skipped and its topics marked stale.
 * One frame more can wait, because a frame is sent whole.
 */
export const MAX_BUFFERED_BYTES = 128 * 1024;
/**
 * Bytes of frames that wait to be answered while the answers before them have not been read, each
 * counted with MESSAGE_OVERHEAD_BYTES; a subscriber that goes on asking is cut.
 */
export const MAX_WAITING_QUESTION_BYTES = 256 * 1024;
export const MESSAGE_OVERHEAD_BYTES = 64;

/** A subscriber from whom nothing is heard for this long, pings included, is cut. */
export const IDLE_TIMEOUT_SECONDS = 60;
/** A topic is kept current for this long after the last one who wanted it has left. */
export const TOPIC_LINGER_MS = 10_000;

/** Largest body of an HTTP request; a larger one gets 413. */
export const MAX_BODY_BYTES = 16 * 1024;
/** The same where rules are loaded or checked: a file of 64 KB, however it is escaped. */
export const MAX_RULES_BODY_BYTES = 512 * 1024;
/** Largest frame that answers `desk`; a larger one is refused with `tooLarge`, and left to HTTP. */
export const MAX_DESK_BYTES = 2 * 1024 * 1024;
/**
 * Largest head of an HTTP request or handshake; a larger one gets 431. uWebSockets.js takes up to
 * 512 KB when it arrives in one piece.
 */
export const MAX_HEADER_BYTES = 16 * 1024;
/** Header lines of a request; uWebSockets.js has a bound of its own, 100. */
export const MAX_HEADERS = 100;
/** A head must be complete within this time; uWebSockets.js gives it 10 s. */
export const HEADERS_TIMEOUT_MS = 5_000;
/**
 * A request must be complete within this time; uWebSockets.js wants 16 KB of a body every 10 s. A
 * connection without a request is closed after as long.
 */
export const REQUEST_TIMEOUT_MS = 10_000;
/** How long `GET /rankings/...` waits for the first state of a topic before it answers 503. */
export const FIRST_UPDATE_TIMEOUT_MS = 1_000;
/** Requests that may wait for a first state; the next one gets 503. */
export const MAX_WAITING_REQUESTS = 256;
/** How long subscribers may take to answer our goodbye before they are cut. */
export const CLOSE_GRACE_MS = 500;

/** Largest frame that is converted to JSON, bytes: our own, so generous. */
export const MAX_CONVERTED_BYTES = 64 * 1024 * 1024;
/** Files of the web page, all together; they are held in memory. */
export const MAX_STATIC_BYTES = 32 * 1024 * 1024;
