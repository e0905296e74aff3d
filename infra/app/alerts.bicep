// What an operator is told of at once. docs/operate.md has a runbook for each.
param groupName string
param location string
param tags object
param email string
param hosting string
param workspaceId string
param siteId string

// Where an operator may want another number; docs/operate.md says what each means.
param thresholds object

resource group 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: groupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'operators'
    emailReceivers: empty(email) ? [] : [
      { name: 'operators', emailAddress: email, useCommonAlertSchema: true }
    ]
  }
}

// Telemetry arrives minutes late, so each looks back further than to its last turn. What has happened
// stays open until a person closes it, and is told once; what lasts is resolved when it is over.
var rules = [
  {
    name: 'dead-letters'
    severity: 2
    description: 'A message could not be processed and waits as a dead letter.'
    query: 'AppTraces | where Message == "message.dead"'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: false
  }
  {
    name: 'sweep-findings'
    severity: 1
    description: 'A consistency sweep has found what should not be.'
    query: 'AppTraces | where Message == "sweep.finished" and SeverityLevel >= 2'
    every: 'PT15M'
    lookBack: 'PT30M'
    lasts: false
  }
  {
    // An app that has told nothing in two days has swept nothing, too: its silence ends no alert.
    name: 'sweep-missing'
    severity: 1
    description: 'No consistency sweep over everything has ended for ${thresholds.sweepHours} hours.'
    query: 'AppTraces | summarize since = min(TimeGenerated), swept = countif(Message == "sweep.finished" and isempty(tostring(Properties.customer)) and TimeGenerated > ago(${thresholds.sweepHours}h)) | where (isnull(since) or since < ago(${thresholds.sweepHours}h)) and swept == 0'
    every: 'PT1H'
    lookBack: 'P2D'
    lasts: true
  }
  {
    // A timer of ours runs every minute and the exporter measures it: an app that is well is never silent.
    name: 'no-telemetry'
    severity: 1
    description: 'The app has told nothing for an hour.'
    query: 'union AppMetrics, AppTraces, AppRequests, AppDependencies | summarize rows = count() | where rows == 0'
    every: 'PT15M'
    lookBack: 'PT1H'
    lasts: true
  }
  {
    // The host's own log: with such settings the app has no telemetry. Every minute it tries anew.
    name: 'settings-unusable'
    severity: 1
    description: 'A setting is missing, unusable or an unresolved reference; the line names it. Nothing runs.'
    query: 'FunctionAppLogs | where Message startswith "settings.unusable"'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: true
  }
  {
    name: 'server-errors'
    severity: 2
    description: 'More than ${thresholds.serverErrorPercent} of a hundred answers were server errors, and more than five.'
    query: 'AppRequests | where isnotempty(Url) | summarize failed = countif(toint(ResultCode) >= 500), answers = count() | where failed > 5 and failed * 100 > answers * ${thresholds.serverErrorPercent}'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: true
  }
  {
    name: 'poison-growth'
    severity: 1
    description: 'A poison message could not even be recorded as a dead letter; its queue grows.'
    query: 'AppTraces | where Message == "letter.not-recorded"'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: false
  }
  {
    name: 'followers-behind'
    severity: 2
    description: 'Lists, feeds and webhooks followed a command only after more than ${thresholds.lagSeconds} seconds.'
    query: 'AppMetrics | where Name == "csp.projection.lag" and Max > ${thresholds.lagSeconds}'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: true
  }
  {
    name: 'storage-throttles'
    severity: 3
    description: 'The storage account has asked more than ${thresholds.throttles} times to slow down.'
    query: 'AppMetrics | where Name == "csp.storage.throttles" | summarize throttles = sum(Sum) | where throttles > ${thresholds.throttles}'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: true
  }
  {
    // Of failures that the operator can mend alone; what one browser brings about is no warning.
    name: 'sign-ins-failing'
    severity: 2
    description: 'More people failed to sign in to pages than got in, for a reason on our side.'
    query: 'AppTraces | summarize failed = countif(Message == "sign-in.failed" and SeverityLevel >= 2), done = countif(Message == "sign-in.done") | where failed > 3 and failed > done'
    every: 'PT5M'
    lookBack: 'PT15M'
    lasts: true
  }
  {
    name: 'sign-in-not-set-up'
    severity: 3
    description: 'Somebody wanted to sign in to pages, and a setting or its secret is missing.'
    query: 'AppTraces | where Message == "sign-in.not-set-up"'
    every: 'PT15M'
    lookBack: 'PT30M'
    lasts: false
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2022-06-15' = [for rule in rules: {
  name: 'csp-${rule.name}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'CSP backend: ${rule.name}'
    description: rule.description
    enabled: true
    severity: rule.severity
    scopes: [workspaceId]
    evaluationFrequency: rule.every
    windowSize: rule.lookBack
    autoMitigate: rule.lasts
    muteActionsDuration: rule.lasts ? null : rule.lookBack
    // The workspace is minutes old at the first deployment and knows none of the tables yet.
    skipQueryValidation: true
    criteria: {
      allOf: [
        {
          query: rule.query
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: { actionGroups: [group.id] }
  }
}]

// The platform's own count, which needs no telemetry. Flex Consumption has no such metric, and a rule
// that names an unknown one is refused.
resource serverErrors 'Microsoft.Insights/metricAlerts@2018-03-01' = if (hosting == 'elasticPremium') {
  name: 'csp-http-5xx'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app answers with server errors, as its platform counts them.'
    enabled: true
    severity: 2
    scopes: [siteId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'server-errors'
          metricName: 'Http5xx'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: thresholds.serverErrors
        }
      ]
    }
    actions: [{ actionGroupId: group.id }]
  }
}

output groupId string = group.id
