// Asks from outside whether the app answers at all: nothing that the app itself tells can show that.
param name string
param location string
param tags object
param url string
param insightsId string
param actionGroupId string

var places = environment().name == 'AzureUSGovernment'
  ? ['usgov-va-azr', 'usgov-phx-azr', 'usgov-tx-azr', 'usgov-ddeast-azr', 'usgov-ddcentral-azr']
  : ['us-va-ash-azr', 'us-il-ch1-azr', 'us-ca-sjc-azr', 'us-tx-sn1-azr', 'us-fl-mia-edge']

resource test 'Microsoft.Insights/webtests@2022-06-15' = {
  name: name
  location: location
  tags: union(tags, { 'hidden-link:${insightsId}': 'Resource' })
  kind: 'standard'
  properties: {
    SyntheticMonitorId: name
    Name: name
    Description: 'Whether the app answers.'
    Enabled: true
    Frequency: 300
    Timeout: 30
    Kind: 'standard'
    RetryEnabled: true
    Locations: [for place in places: { Id: place }]
    Request: {
      RequestUrl: '${url}/api/health/live'
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unanswered 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: 'csp-unanswered'
  location: 'global'
  tags: tags
  properties: {
    description: 'The app does not answer: two of the five places that ask it every five minutes heard nothing.'
    enabled: true
    severity: 1
    scopes: [test.id, insightsId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      webTestId: test.id
      componentId: insightsId
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
