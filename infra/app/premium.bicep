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

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'elastic'
  sku: { tier: 'ElasticPremium', name: 'EP1' }
  properties: {
    reserved: true
    maximumElasticWorkerCount: instances
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
      healthCheckPath: '/api/health/ready'
      http20Enabled: true
      linuxFxVersion: 'Python|3.13'
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      vnetRouteAllEnabled: !empty(subnetId)
    }
  }
}
