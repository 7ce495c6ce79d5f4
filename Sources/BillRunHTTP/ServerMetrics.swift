// SPDX-License-Identifier: Apache-2.0
import Synchronization

/// What the server counts, as Prometheus reads it.
final class ServerMetrics: Sendable {
  private struct Series: Hashable {
    let method: String
    let route: String
    let status: Int
  }

  private struct Counts {
    var requests: [Series: Int] = [:]
    var buckets: [String: [Int]] = [:]
    var seconds: [String: Duration] = [:]
    var atWork = 0
  }

  private let counts = Mutex(Counts())

  /// The upper bounds of the histogram, in milliseconds.
  private static let bounds = [5, 10, 25, 50, 100, 250, 500, 1_000, 2_500, 5_000, 10_000]

  /// Notes that a request has come.
  func begin() { counts.withLock { $0.atWork += 1 } }

  /// Notes that a request is answered; the route is that of the table, never the path itself.
  func end(_ method: String, _ route: String, _ status: Int, after time: Duration) {
    counts.withLock { counts in
      counts.atWork -= 1
      counts.requests[Series(method: method, route: route, status: status), default: 0] += 1
      var row = counts.buckets[route] ?? Array(repeating: 0, count: Self.bounds.count + 1)
      let place = Self.bounds.firstIndex { time <= .milliseconds($0) } ?? Self.bounds.count
      row[place] += 1
      counts.buckets[route] = row
      counts.seconds[route, default: .zero] += time
    }
  }

  /// The text of `/metrics`.
  var text: String {
    let counts = counts.withLock { $0 }
    var lines = [
      "# HELP billrun_http_requests_total Requests that were answered.",
      "# TYPE billrun_http_requests_total counter",
    ]
    lines += counts.requests.map { series, count in
      "billrun_http_requests_total{method=\"\(series.method)\",route=\"\(series.route)\","
        + "status=\"\(series.status)\"} \(count)"
    }.sorted()
    lines += [
      "# HELP billrun_http_requests_at_work Requests that are not answered yet.",
      "# TYPE billrun_http_requests_at_work gauge",
      "billrun_http_requests_at_work \(counts.atWork)",
      "# HELP billrun_http_request_seconds How long answers took.",
      "# TYPE billrun_http_request_seconds histogram",
    ]
    for (route, row) in counts.buckets.sorted(by: { $0.key < $1.key }) {
      lines += Self.histogram(route, row, counts.seconds[route] ?? .zero)
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func histogram(_ route: String, _ row: [Int], _ time: Duration) -> [String] {
    var sum = 0
    var lines: [String] = []
    for (place, count) in row.enumerated() {
      sum += count
      let bound = bounds.indices.contains(place) ? seconds(Int64(bounds[place]) * 1_000) : "+Inf"
      lines.append(
        "billrun_http_request_seconds_bucket{route=\"\(route)\",le=\"\(bound)\"} \(sum)")
    }
    let microseconds =
      time.components.seconds * 1_000_000 + time.components.attoseconds / 1_000_000_000_000
    return lines + [
      "billrun_http_request_seconds_sum{route=\"\(route)\"} \(seconds(microseconds))",
      "billrun_http_request_seconds_count{route=\"\(route)\"} \(sum)",
    ]
  }

  private static func seconds(_ microseconds: Int64) -> String {
    let fraction = String(microseconds % 1_000_000 + 1_000_000).dropFirst()
    return "\(microseconds / 1_000_000).\(fraction)"
  }
}
