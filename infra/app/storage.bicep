// The account of the ledger. No shared keys: the app and the Functions host come as the identity.
param name string
param location string
param tags object
param redundancy string
param publicAccess bool
param addresses array
param lock bool
param workspaceId string
param principalId string

// shared/storage/engine/clients.py has the same names; a test compares them. Poison queues, roles and
// whatever else is one for each follow from these two lists.
var tables = ['tenants', 'claims', 'index', 'operations']
var queues = [
  'onboarding'
  'onboarding-0'
  'onboarding-1'
  'onboarding-2'
  'onboarding-3'
  'projections'
  'sweep-shards'
  'webhook-deliveries'
]
var poison = [for each in queues: '${each}-poison']
var all = concat(queues, poison)

// Each table and each queue is given by itself: the account has no other, and one more is one more line
// above. The host would keep a table of its own for its "diagnostic events"; it is told not to
// (settings.bicep).
var tableDataContributor = '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
// Contributor, and not Reader with Message Processor and Message Sender: the host renews a message that is
// worked on, and sets how long a failed one waits, by Update Message. None of the three may do that.
var queueDataContributor = '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
// On the account, whose only blobs are the host's: it makes its containers itself and names them as it
// likes. Owner is what the host asks for; the package is in an account of its own (packages.bicep).
var blobDataOwner = 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'

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
    // Only an account that was made so can ever have a key of the customer's for tables and queues.
    encryption: {
      keySource: 'Microsoft.Storage'
      services: {
        queue: { enabled: true, keyType: 'Account' }
        table: { enabled: true, keyType: 'Account' }
      }
    }
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: publicAccess || !empty(addresses) ? 'Enabled' : 'Disabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: publicAccess ? 'Allow' : 'Deny'
      ipRules: [for address in addresses: { value: address, action: 'Allow' }]
    }
  }

  // No versions: the host writes when its timers fired last every minute.
  resource blobs 'blobServices' = {
    name: 'default'
    properties: {
      containerDeleteRetentionPolicy: { enabled: true, days: 7 }
      deleteRetentionPolicy: { enabled: true, days: 7 }
    }
  }

  resource tableService 'tableServices' = { name: 'default' }

  resource queueService 'queueServices' = { name: 'default' }
}

resource table 'Microsoft.Storage/storageAccounts/tableServices/tables@2023-05-01' = [for each in tables: {
  parent: account::tableService
  name: each
}]

resource queue 'Microsoft.Storage/storageAccounts/queueServices/queues@2023-05-01' = [for each in all: {
  parent: account::queueService
  name: each
}]

resource tableGrants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (each, i) in tables: {
  scope: table[i]
  name: guid(account.id, each, principalId, tableDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', tableDataContributor)
  }
}]

resource queueGrants 'Microsoft.Authorization/roleAssignments@2022-04-01' = [for (each, i) in all: {
  scope: queue[i]
  name: guid(account.id, each, principalId, queueDataContributor)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', queueDataContributor)
  }
}]

resource blobGrant 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  scope: account
  name: guid(account.id, principalId, blobDataOwner)
  properties: {
    principalId: principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', blobDataOwner)
  }
}

// Tables have no undo: neither versions nor soft delete.
resource keep 'Microsoft.Authorization/locks@2020-05-01' = if (lock) {
  scope: account
  name: 'keep'
  properties: {
    level: 'CanNotDelete'
    notes: 'Whoever deletes this account deletes every ledger.'
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
    // Who put a message in. Who took one out is the app, and says so itself.
    logs: [{ category: 'StorageWrite', enabled: true }]
    metrics: [
      { category: 'Transaction', enabled: true }
      { category: 'Capacity', enabled: true }
    ]
  }
}

resource blobLogs 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  scope: account::blobs
  name: 'to-workspace'
  properties: {
    workspaceId: workspaceId
    // The host's keys are among its blobs.
    logs: [
      { category: 'StorageWrite', enabled: true }
      { category: 'StorageDelete', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output endpoints object = {
  blob: account.properties.primaryEndpoints.blob
  queue: account.properties.primaryEndpoints.queue
  table: account.properties.primaryEndpoints.table
}
