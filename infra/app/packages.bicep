// The account of what the app runs from. What may write here decides what the app is: so it is apart from
// the ledger's, and the app's own identity has nothing here. On Elastic Premium the package's identity only
// reads. On Flex Consumption the platform puts the package here as that identity, so it writes; and since
// an app can ask for any identity that is attached to its site, there the wall is only as high as that.
param name string
param location string
param tags object
param redundancy string
param publicAccess bool
param addresses array
param hosting string
param workspaceId string
param principalId string

// Every package that was ever deployed, by version; and what Flex Consumption keeps for itself.
var kept = 'packages'
var running = 'running'
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var role = hosting == 'elasticPremium' ? blobDataReader : blobDataContributor

resource account 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowCrossTenantReplication: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess || !empty(addresses) ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      ipRules: [for address in addresses: { value: address, action: 'Allow' }]
    }
  }

  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: 30 }
      deleteRetentionPolicy: { enabled: true, days: 30 }
      isVersioningEnabled: true
    }

    resource container 'containers' = [for each in [kept, running]: {
      name: each
      properties: { publicAccess: 'None' }
    }]
  }
}

resource grant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, role)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role)
  }
}

resource logs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output container string = '${account.properties.primaryEndpoints.blob}${hosting == 'elasticPremium' ? kept : running}'
