// What an operator is told of at once. docs/operate.md has a runbook for each.
param groupName string
param location string
param tags object
param email string
param workspaceId string
param appId string

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

var rules = [
  {
    name: 'dead-letters'
    severity: 2
    description: 'A message could not be processed and waits as a dead letter.'
    query: 'AppTraces | where Message == "message.dead"'
    minutes: 5
  }
  {
    name: 'sweep-findings'
    severity: 1
    description: 'A consistency sweep has found what should not be.'
    query: 'AppTraces | where Message == "sweep.finished" and SeverityLevel >= 2'
    minutes: 15
  }
  {
    name: 'server-errors'
    severity: 2
    description: 'More than one answer in a hundred was a server error.'
    query: 'AppRequests | where isnotempty(Url) | summarize failed = countif(toint(ResultCode) >= 500), answers = count() | where failed * 100 > answers'
    minutes: 5
  }
  {
    name: 'poison-growth'
    severity: 1
    description: 'A poison message could not even be recorded as a dead letter; its queue grows.'
    query: 'AppRequests | where OperationName endswith "_poison" and Success == false'
    minutes: 5
  }
  {
    name: 'followers-behind'
    severity: 2
    description: 'Lists, feeds and webhooks followed a command only after more than five minutes.'
    query: 'AppMetrics | where Name == "csp.projection.lag" and Max > 300'
    minutes: 5
  }
  {
    name: 'storage-throttles'
    severity: 3
    description: 'The storage account has asked more than a hundred times to slow down.'
    query: 'AppMetrics | where Name == "csp.storage.throttles" | summarize throttles = sum(Sum) | where throttles > 100'
    minutes: 15
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
    evaluationFrequency: 'PT${rule.minutes}M'
    windowSize: 'PT${rule.minutes}M'
    autoMitigate: true
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

// The platform's own count: it also sees an app that answers nothing at all.
resource unanswered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'csp-http-5xx'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app answers with server errors, as its platform counts them.'
    enabled: true
    severity: 2
    scopes: [appId]
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
          threshold: 10
        }
      ]
    }
    actions: [{ actionGroupId: group.id }]
  }
}
