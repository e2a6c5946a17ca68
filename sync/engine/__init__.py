"""One sync from first request to last: a generator of requests that knows no threads and no sockets."""
