// The one storage account. No shared keys: the app and the Functions host come as the identity.
param name string
param location string
param tags object
param redundancy string
param publicAccess bool
param addresses array
param workspaceId string
param hosting string
param principalId string
param packageIdentityName string

// shared/storage/engine/clients.py has the same names; a test compares them.
var tables = ['tenants', 'claims', 'index', 'operations']
var queues = ['onboarding', 'projections', 'sweep-shards', 'webhook-deliveries']
var packages = 'packages'

// Built-in roles. Blob data *owner*: the host takes leases and keeps its own state in blobs, in two
// containers by fixed names. The app's identity has no role where its package lies: code that runs in
// the app must not be able to replace the app.
var roles = {
  tableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  queueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
}
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

// On Elastic Premium whoever deploys puts the package there, and the platform reads it. On Flex
// Consumption the platform stores it, as the identity that it is read with.
var blobDataReader = '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
var blobDataContributor = 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
var packageRole = hosting == 'flexConsumption' ? blobDataContributor : blobDataReader

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
      deleteRetentionPolicy: { enabled: true, days: 7 }
    }

    resource container 'containers' = {
      name: packages
      properties: { publicAccess: 'None' }
    }

    resource hostState 'containers' = {
      name: 'azure-webjobs-hosts'
      properties: { publicAccess: 'None' }
    }

    resource hostKeys 'containers' = {
      name: 'azure-webjobs-secrets'
      properties: { publicAccess: 'None' }
    }
  }

  resource tableService 'tableServices' = {
    name: 'default'

    resource table 'tables' = [for each in tables: { name: each }]
  }

  resource queueService 'queueServices' = {
    name: 'default'

    resource queue 'queues' = [for each in queues: { name: each }]
    resource poison 'queues' = [for each in queues: { name: '${each}-poison' }]
  }
}

resource grants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for role in items(roles): {
  scope: account
  name: guid(account.id, principalId, role.value)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', role.value)
  }
}]

resource hostStateGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::hostState
  name: guid(account.id, 'azure-webjobs-hosts', principalId, blobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

resource hostKeysGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::hostKeys
  name: guid(account.id, 'azure-webjobs-secrets', principalId, blobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

// With which the platform reads the package, and nothing else is done.
resource packageIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: packageIdentityName
  location: location
  tags: tags
}

resource packageGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account::blobs::container
  name: guid(account.id, packages, packageIdentityName, packageRole)
  properties: {
    principalId: packageIdentity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', packageRole)
  }
}

resource tableLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::tableService
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    // Reads are left out: they are most of the traffic, and the ledger tells who changed what.
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
    metrics: [{ category: 'Transaction', enabled: true }]
  }
}

resource queueLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::queueService
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    metrics: [
      { category: 'Transaction', enabled: true }
      { category: 'Capacity', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output packageContainer string = '${account.properties.primaryEndpoints.blob}${packages}'
output packageIdentityId string = packageIdentity.id
output endpoints object = {
  blob: account.properties.primaryEndpoints.blob
  queue: account.properties.primaryEndpoints.queue
  table: account.properties.primaryEndpoints.table
}
