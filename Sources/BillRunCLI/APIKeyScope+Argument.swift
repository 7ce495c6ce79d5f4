// SPDX-License-Identifier: Apache-2.0
public import ArgumentParser
public import BillRun

extension APIKey.Scope: ExpressibleByArgument {}
