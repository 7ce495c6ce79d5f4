// SPDX-License-Identifier: Apache-2.0

// MARK: - Webhooks for events

extension SQLFiles {
  /// Queues what endpoints are told of events.
  public static let queueEventMessages = SQLFile(
    "queue_event_messages", PackageResources.queue_event_messages_sql)
  /// Adds an endpoint.
  public static let addWebhookEndpoint = SQLFile(
    "add_webhook_endpoint", PackageResources.add_webhook_endpoint_sql)
  /// The endpoints that are told.
  public static let listWebhookEndpoints = SQLFile(
    "list_webhook_endpoints", PackageResources.list_webhook_endpoints_sql)
  /// Removes an endpoint.
  public static let removeWebhookEndpoint = SQLFile(
    "remove_webhook_endpoint", PackageResources.remove_webhook_endpoint_sql)
}
