// SPDX-License-Identifier: Apache-2.0

/// Traps with the message when a state that cannot be has come about: a bug, never bad data.
///
/// `fatalError` instead of `precondition`, since only it prints its message in a release build.
public func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}
