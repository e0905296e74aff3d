// The function app on Flex Consumption. What this plan needs to know of runtime, package and scale is
// in functionAppConfig; it refuses most of siteConfig, and newer stamps refuse what older ones ignored.
param name string
param planName string
param location string
param tags object
param serviceTags object
param subnetId string
param identityId string
param packageIdentityId string
param packageContainer string
param alwaysReady string
param zoneRedundant bool
param maximumInstances int
param requestsPerInstance int

// 'http=1,function:projections=1': the groups that this plan scales by themselves.
var ready = empty(alwaysReady) ? [] : split(replace(alwaysReady, ' ', ''), ',')

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: {
    reserved: true
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
    httpsOnly: true
    keyVaultReferenceIdentity: identityId
    publicNetworkAccess: 'Enabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    functionAppConfig: {
      runtime: { name: 'python', version: '3.13' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: packageContainer
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: packageIdentityId
          }
        }
      }
      scaleAndConcurrency: {
        alwaysReady: [for each in ready: {
          name: split(each, '=')[0]
          instanceCount: int(split(each, '=')[1])
        }]
        maximumInstanceCount: maximumInstances
        instanceMemoryMB: 2048
        triggers: { http: { perInstanceConcurrency: requestsPerInstance } }
      }
    }
    siteConfig: { minTlsVersion: '1.2' }
  }
}
