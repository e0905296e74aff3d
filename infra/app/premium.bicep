// The function app on Elastic Premium, for regions without Flex Consumption.
param name string
param planName string
param location string
param tags object
param serviceTags object
param subnetId string
param identityId string
param packageIdentityId string
param instances int
param alwaysReady int
param zoneRedundant bool

// One instance in each of three zones.
var least = zoneRedundant ? max(alwaysReady, 3) : alwaysReady

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'elastic'
  sku: { tier: 'ElasticPremium', name: 'EP1', capacity: least }
  properties: {
    reserved: true
    maximumElasticWorkerCount: max(instances, least)
    zoneRedundant: zoneRedundant
  }
}

resource site 'Microsoft.Web/sites@2024-04-01' = {
  name: name
  location: location
  tags: serviceTags
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {}, '${packageIdentityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    // Any instance answers any request; a cookie that ties callers to one would only burden it.
    clientAffinityEnabled: false
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    siteConfig: {
      ftpsState: 'Disabled'
      // Only the host itself can see how long queues behind private endpoints are.
      functionsRuntimeScaleMonitoringEnabled: !empty(subnetId)
      // Not whether storage answers: while it does not, a new instance would be no better.
      healthCheckPath: '/api/health/live'
      http20Enabled: true
      linuxFxVersion: 'Python|3.13'
      minimumElasticInstanceCount: least
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      vnetRouteAllEnabled: !empty(subnetId)
    }
  }
}
