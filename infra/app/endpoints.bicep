// Private endpoints of both storage accounts and of the vault, and the names by which the network finds
// them.
param prefix string
param location string
param tags object
param networkId string
param subnetId string
param storageId string
param packagesId string
param vaultId string

// The vault's private zone differs from its public suffix: '.vaultcore.azure.net' in public and
// '.vaultcore.usgovcloudapi.net' in the Government cloud; both follow from the public suffix.
var names = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink${replace(environment().suffixes.keyvaultDns, '.vault.', '.vaultcore.')}'
}

var targets = [
  { name: 'blob', group: 'blob', resourceId: storageId }
  { name: 'queue', group: 'queue', resourceId: storageId }
  { name: 'table', group: 'table', resourceId: storageId }
  { name: 'packages', group: 'blob', resourceId: packagesId }
  { name: 'vault', group: 'vault', resourceId: vaultId }
]

resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [for each in items(names): {
  name: each.value
  location: 'global'
  tags: tags
}]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [for (each, i) in items(names): {
  parent: zones[i]
  name: 'app'
  location: 'global'
  tags: tags
  properties: {
    registrationEnabled: false
    virtualNetwork: { id: networkId }
  }
}]

resource endpoint 'Microsoft.Network/privateEndpoints@2024-01-01' = [for target in targets: {
  name: '${prefix}-${target.name}'
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetId }
    privateLinkServiceConnections: [
      {
        name: target.name
        properties: {
          privateLinkServiceId: target.resourceId
          groupIds: [target.group]
        }
      }
    ]
  }
}]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-01-01' = [for (target, i) in targets: {
  parent: endpoint[i]
  name: 'default'
  properties: {
    privateDnsZoneConfigs: [
      {
        name: target.name
        properties: { privateDnsZoneId: resourceId('Microsoft.Network/privateDnsZones', names[target.group]) }
      }
    ]
  }
  dependsOn: [zones]
}]
