// The whole deployment: one resource group with one function app and one storage account, and what
// watches over them. The same for every cloud: endpoints come from environment().
targetScope = 'subscription'

@minLength(1)
@maxLength(32)
@description('Name of the azd environment; every name of a resource derives from it.')
param environmentName string

@description('Region of all resources.')
param location string

@allowed(['usGovernment', 'public'])
@description('Which sign-in authority is trusted and which rules hold. Has to be the cloud deployed to.')
param cloud string = environment().name == 'AzureUSGovernment' ? 'usGovernment' : 'public'

@description('Application (client) id that tokens must be issued for.')
param clientId string

@description('The one tenant whose PlatformOperator role counts.')
param operatorTenantId string

@description('Where callers reach the app, if not at its own host name: a custom domain or a gateway. Starts with https://.')
param publicBaseUrl string = ''

@allowed(['flexConsumption', 'elasticPremium'])
@description('Hosting plan. Elastic Premium is for regions without Flex Consumption.')
param hosting string = 'flexConsumption'

@description('Whether storage and vault are reached through private endpoints in a network of their own.')
param privateNetwork bool = false

@allowed(['Standard_ZRS', 'Standard_GZRS', 'Standard_RAGZRS', 'Standard_GRS', 'Standard_RAGRS', 'Standard_LRS'])
@description('Redundancy of the storage account.')
param storageRedundancy string = 'Standard_ZRS'

@description('Who is told of an alert. Empty: alerts are raised but nobody is written to.')
param alertEmail string = ''

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Most instances the app scales out to.')
@minValue(40)
@maxValue(1000)
param maximumInstances int = 100

@description('HTTP requests one instance works on at a time. Python would have 1 by default; this app waits for storage, not for the processor.')
@minValue(1)
@maxValue(1000)
param requestsPerInstance int = 32

@description('NCRONTAB of the consistency sweep.')
param sweepSchedule string = '0 7 3 * * *'

@allowed(['seed', 'permissions-overview'])
@description('Which roles may do what.')
param rolePreset string = 'seed'

@description('Whether plain members of a customer may read what its Global Reader may.')
param memberAccess bool = false

var abbreviations = loadJsonContent('abbreviations.json')
var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: '${abbreviations.resourcesResourceGroups}${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.managedIdentityUserAssignedIdentities}${token}'
    location: location
    tags: tags
  }
}

module network 'app/network.bicep' = if (privateNetwork) {
  scope: group
  params: {
    name: '${abbreviations.networkVirtualNetworks}${token}'
    location: location
    tags: tags
    hosting: hosting
  }
}

module monitoring 'app/monitoring.bicep' = {
  scope: group
  params: {
    workspaceName: '${abbreviations.operationalInsightsWorkspaces}${token}'
    insightsName: '${abbreviations.insightsComponents}${token}'
    location: location
    tags: tags
    retentionDays: logRetentionDays
    publisherId: identity.outputs.principalId
  }
}

module storage 'app/storage.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.storageStorageAccounts}${token}'
    location: location
    tags: tags
    redundancy: storageRedundancy
    publicAccess: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    principalId: identity.outputs.principalId
  }
}

module vault 'app/vault.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.keyVaultVaults}${token}'
    location: location
    tags: tags
    publicAccess: !privateNetwork
    workspaceId: monitoring.outputs.workspaceId
    principalId: identity.outputs.principalId
  }
}

module endpoints 'app/endpoints.bicep' = if (privateNetwork) {
  scope: group
  params: {
    prefix: '${abbreviations.networkPrivateEndpoints}${token}'
    location: location
    tags: tags
    networkId: network.?outputs.networkId ?? ''
    subnetId: network.?outputs.endpointsSubnetId ?? ''
    storageId: storage.outputs.id
    vaultId: vault.outputs.id
  }
}

module api 'app/api.bicep' = {
  scope: group
  params: {
    name: '${abbreviations.webSitesFunctions}${token}'
    planName: '${abbreviations.webServerFarms}${token}'
    location: location
    tags: union(tags, { 'azd-service-name': 'api' })
    hosting: hosting
    subnetId: network.?outputs.appSubnetId ?? ''
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storage: storage.outputs.endpoints
    packageContainer: storage.outputs.packageContainer
    vaultUri: vault.outputs.uri
    insightsConnection: monitoring.outputs.connectionString
    workspaceId: monitoring.outputs.workspaceId
    maximumInstances: maximumInstances
    requestsPerInstance: requestsPerInstance
    cloud: cloud
    clientId: clientId
    operatorTenantId: operatorTenantId
    publicBaseUrl: publicBaseUrl
    sweepSchedule: sweepSchedule
    rolePreset: rolePreset
    memberAccess: memberAccess
  }
  dependsOn: [endpoints]
}

module alerts 'app/alerts.bicep' = {
  scope: group
  params: {
    groupName: '${abbreviations.insightsActionGroups}${token}'
    location: location
    tags: tags
    email: alertEmail
    workspaceId: monitoring.outputs.workspaceId
    appId: api.outputs.id
  }
}

module workbook 'app/workbook.bicep' = {
  scope: group
  params: {
    location: location
    tags: tags
    insightsId: monitoring.outputs.insightsId
  }
}

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_FUNCTION_NAME string = api.outputs.name
output AZURE_STORAGE_ACCOUNT string = storage.outputs.name
output AZURE_KEY_VAULT_NAME string = vault.outputs.name
output SERVICE_API_ENDPOINT string = api.outputs.url
output SERVICE_API_NAME string = api.outputs.name
